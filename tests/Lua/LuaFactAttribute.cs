using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>A test against C Lua 5.1: skipped with a reason where it is not installed, except under CI=true, where its absence must fail.</summary>
public sealed class LuaFactAttribute : FactAttribute
{
    /// <summary>Looks for lua5.1 once per test.</summary>
    public LuaFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip = SkipReasons.Note(ReferenceLua.Obstacle);
    }
}
