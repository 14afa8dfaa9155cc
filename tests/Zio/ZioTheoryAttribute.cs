using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>A test of libzio: skipped with a reason where it is not built, except under CI=true, where it must be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZioTheoryAttribute : TheoryAttribute
{
    /// <param name="needsJemalloc">Whether it needs jemalloc, too; redis-server's package brings it.</param>
    public ZioTheoryAttribute(bool needsJemalloc = false, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip = SkipReasons.Note(ZioTools.Obstacle ?? (needsJemalloc && ZioTools.Jemalloc is null ? "libjemalloc.so.2 is not installed; install it (Debian: libjemalloc2) to test libzio with it" : null));
    }
}
