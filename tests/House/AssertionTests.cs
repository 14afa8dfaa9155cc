using System.Text.RegularExpressions;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>How many invariants the code states, by folder: they may only become more.</summary>
public sealed partial class AssertionTests
{
    // "File's folder: assertions in it and below", as many as there were when this was last looked at.
    private static readonly IReadOnlyDictionary<string, int> Reached = new Dictionary<string, int>
    {
        ["persistence/Cleaning"] = 17,
        ["persistence/Log"] = 42,
        ["persistence/Segments"] = 56,
        ["engine/Cleaning"] = 16,
        ["engine/Execution"] = 23,
        ["engine/Keyspace"] = 100,
        ["server/Net"] = 51,
        ["zio"] = 3,
    };

    [Fact]
    public void NoFolderStatesFewerInvariantsThanItDid()
    {
        List<string> complaints = [];
        foreach ((string folder, int reached) in Reached)
        {
            int today = Repository.Files(".cs").Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal)).Sum(CountIn);
            if (today < reached)
                complaints.Add($"{folder}: {today} assertions, there were {reached}");
        }
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    [Fact]
    public void EveryAssertionTellsWhatMustHold()
    {
        List<string> silent = [];
        foreach (string file in Repository.Files(".cs").Where(IsProduct))
        {
            int all = CountIn(file);
            int telling = TellingAssertion().Count(Repository.Read(file));
            if (telling != all)
                silent.Add($"{file}: {all - telling} of {all} without a message");
        }
        Assert.True(silent.Count == 0, string.Join('\n', silent));
    }

    private static bool IsProduct(string file) => !file.StartsWith("tests/", StringComparison.Ordinal);

    private static int CountIn(string file) => Assertion().Count(CodeText.Strip(Repository.Read(file)));

    [GeneratedRegex(@"\bDebug\.Assert\(")]
    private static partial Regex Assertion();

    [GeneratedRegex(@"\bDebug\.Assert\([^;]*, ""[^""]{10,}""\);")]
    private static partial Regex TellingAssertion();
}
