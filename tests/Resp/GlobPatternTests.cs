using System.Text;
using Pkv.Resp;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Resp;

/// <summary>Glob patterns give Redis's answers and cannot be made to take long.</summary>
public sealed class GlobPatternTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private const int Seed = 20261130;

    [Theory]
    [InlineData("*", "", false)] // as in Redis: nothing but the empty pattern matches the empty text
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a**", "a", true)]
    [InlineData("*a*", "bab", true)]
    [InlineData("*ab", "aab", true)]
    [InlineData("*[ab]c", "abac", true)]
    [InlineData("*\\", "a\\", true)]
    [InlineData("[", "[", false)]
    [InlineData("[^", "x", true)]
    [InlineData("[^", "xy", false)]
    [InlineData("[y-\u00FF]", "b", true)] // bytes are signed in Redis: -1 to 'y'
    [InlineData("[a-\u00FF]", "b", false)]
    [InlineData("[\u0080-\u00FF]", "\u00E9", true)]
    public void Patterns_match_as_in_Redis(string pattern, string text, bool expected) =>
        Assert.Equal(expected, GlobPattern.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text)));

    [Theory]
    [InlineData("A[B-C]", "ac", true)]
    [InlineData("[Z-a]", "[", false)] // the ends are folded after they were put in order: 'a' to 'z'
    [InlineData("[Z-a]", "Y", false)]
    [InlineData("[\\A]", "a", false)] // an escaped byte of a class minds case
    [InlineData("\\A", "a", true)]
    public void Case_is_ignored_as_in_Redis(string pattern, string text, bool expected) =>
        Assert.Equal(expected, GlobPattern.IsMatch(Encoding.Latin1.GetBytes(pattern), Encoding.Latin1.GetBytes(text), ignoreCase: true));

    [Theory]
    [InlineData("a*", 40, "b", 10_000)]
    [InlineData("*a", 40, "b", 10_000)]
    [InlineData("*[^b]", 40, "b", 10_000)]
    [InlineData("*?", 200, "b", 400)]
    [InlineData("*aaaaaaaa", 20, "b", 10_000)]
    public void A_hostile_pattern_takes_steps_of_its_length_for_each_byte(string part, int times, string end, int textBytes)
    {
        byte[] pattern = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(part, times)) + end), text = new byte[textBytes];
        text.AsSpan().Fill((byte)'a');
        Assert.False(GlobPattern.IsMatch(pattern, text, ignoreCase: false, out long steps));
        Assert.InRange(steps, textBytes, (long)pattern.Length * (textBytes + 1));
    }

    [Fact]
    public void The_bound_is_one_that_backtracking_breaks()
    {
        byte[] pattern = Encoding.Latin1.GetBytes("a*a*a*a*a*a*a*b"), text = Encoding.Latin1.GetBytes(new string('a', 24));
        long steps = 0;
        Assert.False(Backtrack(pattern, text, ref steps));
        Assert.True(steps > 100 * pattern.Length * (text.Length + 1), $"{steps} steps");
        Assert.False(GlobPattern.IsMatch(pattern, text, ignoreCase: false, out steps));
        Assert.InRange(steps, text.Length, pattern.Length * (text.Length + 1));
    }

    [RedisFact]
    public void Any_bytes_match_the_same_keys_in_Redis()
    {
        const string bytes = "aZ]-[^\\*?\u0000\u007F\u0080\u00E9\u00FF";
        Random random = new(Seed);
        string Make(int least, int most) => new(random.GetItems(bytes.AsSpan(), random.Next(least, most + 1)));
        string[] keys = [.. Enumerable.Range(0, 300).Select(_ => Make(0, 5)).Distinct()];
        redis.Call("FLUSHALL");
        redis.Call(["MSET", .. keys.SelectMany(key => new[] { key, "" })]);
        for (int i = 0; i < 3000; i++)
        {
            string pattern = Make(1, 8);
            // KEYS takes * alone for everything, without asking whether it matches.
            if (pattern != "*")
                AssertSame(pattern, redis.Call("KEYS", pattern).Items.Select(item => item.Text), keys, ignoreCase: false);
        }
    }

    // FUNCTION LIST is the command of Redis that ignores case and whose names are ours to choose.
    [RedisFact]
    public void Any_case_matches_the_same_names_in_Redis()
    {
        const string letters = "aAbBzZ_1", elements = letters + "*?[]-^\\";
        Random random = new(Seed);
        string[] names = [.. Enumerable.Range(0, 100).Select(_ => new string(random.GetItems(letters.AsSpan(), random.Next(1, 5)))).Distinct()];
        redis.Call("FUNCTION", "FLUSH");
        for (int i = 0; i < names.Length; i++)
            Assert.False(redis.Call("FUNCTION", "LOAD", $"#!lua name={names[i]}\nredis.register_function('f{i}', function() end)").IsError);
        for (int i = 0; i < 1500; i++)
        {
            string pattern = new(random.GetItems(elements.AsSpan(), random.Next(1, 8)));
            AssertSame(pattern, redis.Call("FUNCTION", "LIST", "LIBRARYNAME", pattern).Items.Select(library => library.Items[1].Text), names, ignoreCase: true);
        }
    }

    private static void AssertSame(string pattern, IEnumerable<string> theirs, IEnumerable<string> names, bool ignoreCase)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(pattern);
        IEnumerable<string> ours = names.Where(name => GlobPattern.IsMatch(bytes, Encoding.Latin1.GetBytes(name), ignoreCase));
        string their = string.Join(' ', theirs.Order(StringComparer.Ordinal)), our = string.Join(' ', ours.Order(StringComparer.Ordinal));
        Assert.True(their == our, $"seed {Seed}, pattern {pattern}\n  redis {their}\n  pkv   {our}");
    }

    // How it must not be done: every * is tried again.
    private static bool Backtrack(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, ref long steps)
    {
        steps++;
        if (pattern.IsEmpty)
            return text.IsEmpty;
        if (pattern[0] != '*')
            return !text.IsEmpty && text[0] == pattern[0] && Backtrack(pattern[1..], text[1..], ref steps);
        for (int i = 0; i <= text.Length; i++)
        {
            if (Backtrack(pattern[1..], text[i..], ref steps))
                return true;
        }
        return false;
    }
}
