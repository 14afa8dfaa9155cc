using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>A test of libzio: skipped with a reason where it is not built, except under CI=true, where it must be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZioFactAttribute : FactAttribute
{
    /// <param name="needsRedis">Whether it needs a redis-server, too.</param>
    public ZioFactAttribute(bool needsRedis = false, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true")
            Skip = SkipReasons.Note(ZioTools.Obstacle ?? (needsRedis ? ReferenceRedis.Obstacle : null));
    }
}
