using System.Text.RegularExpressions;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>The detectors prove themselves: they see what they are to see, and are not fooled by text.</summary>
public sealed class ScannerTests
{
    [Theory]
    [InlineData("a // {\nb", "a \nb")]
    [InlineData("a /* \" { */ b", "a b")]
    [InlineData("f(\"}\\\"}\")", "f( )")]
    [InlineData("f('{', '\\'')", "f( , )")]
    [InlineData("f(@\"\"\"{\"\"\", x)", "f( , x)")]
    [InlineData("f($\"{{{g(\"}\")}\", x)", "f( , x)")]
    [InlineData("f(\"\"\"a\"{\"\"\", x)", "f( , x)")]
    public void WordsBecomeSpaces(string source, string expected)
    {
        string stripped = CodeText.Strip(source);
        Assert.Equal(expected, Regex.Replace(stripped, " +", " "));
        Assert.Equal(source.Length, stripped.Length);
    }

    [Fact]
    public void FunctionsAreFoundWithTheirLength()
    {
        const string source = """
            namespace N;
            public sealed class C(int a)
            {
                private static readonly int[] Data = new int[]
                {
                    1,
                };

                public int Property
                {
                    get => 1;
                }

                [Attribute("{")]
                public static void Method<T>(int a = 1)
                    where T : class
                {
                    if (a == 1)
                    {
                        Call(() => { });
                    }
                    for (int i = 0; i < 3; i++)
                    {
                    }
                }

                private int Switched(int a) => a switch
                {
                    _ => 1,
                };

                public static bool operator ==(C a, C b)
                {
                    _ = a;
                    return true;
                }

                private struct Inner
                {
                    public void M()
                    {
                    }
                }
            }
            """;
        Assert.Equal(
            [("Property", 4), ("Method", 12), ("Switched", 4), ("M", 3)],
            FunctionScanner.Scan(source).Where(f => f.Lines != 5).Select(f => (f.Name, f.Lines)));
        Assert.Equal(5, FunctionScanner.Scan(source).Count);
    }

    [Fact]
    public void TheRatchetTurnsOneWay()
    {
        Dictionary<string, int> known = new() { ["a"] = 3 };
        Offenders.AssertRatchet(known, known, "rule");
        Offenders.AssertRatchet(known, new Dictionary<string, int> { ["a"] = 2 }, "rule");
        Assert.ThrowsAny<Exception>(() => Offenders.AssertRatchet(known, new Dictionary<string, int> { ["a"] = 4 }, "rule"));
        Assert.ThrowsAny<Exception>(() => Offenders.AssertRatchet(known, new Dictionary<string, int> { ["a"] = 3, ["b"] = 1 }, "rule"));
        Assert.ThrowsAny<Exception>(() => Offenders.AssertRatchet(known, new Dictionary<string, int>(), "rule"));
    }
}
