using Xunit;

namespace Pkv.Tests.Support;

/// <summary>
/// A test against a real redis-server: skipped with a reason where none is installed, except under CI=true, where its
/// absence must fail.
/// </summary>
public sealed class RedisTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for redis-server once per test.</summary>
    public RedisTheoryAttribute()
    {
        if (ReferenceRedis.FindProgram() is null && Environment.GetEnvironmentVariable("CI") != "true")
            Skip = "redis-server is not on the PATH; install it (Debian: redis-server) to compare with it";
    }
}
