using Pkv.Tests.House;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>Small programs by hand, one a line of snippets.txt, chosen for what they return or how they fail.</summary>
public sealed class SnippetTests
{
    [LuaFact]
    public void SnippetsSayWhatTheySayInLua()
    {
        string[] snippets = [.. Repository.Read("tests/Lua/snippets.txt").Split('\n').Where(s => s.Length > 0)];
        Assert.True(snippets.Length > 380, $"only {snippets.Length} snippets");
        Comparison.AssertSame(new Engine(), snippets);
    }
}
