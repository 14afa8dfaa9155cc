using System.Runtime.CompilerServices;
using Xunit;

namespace Pkv.Tests.Support;

/// <summary>
/// A test against a real redis-server: skipped with a reason where none is installed, except under CI=true, where its
/// absence must fail.
/// </summary>
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for redis-server once per test.</summary>
    public RedisTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip = SkipReasons.Note(ReferenceRedis.Obstacle);
    }
}
