using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>A test of libzio: skipped with a reason where it is not built, except under CI=true, where it must be.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ZioTheoryAttribute : TheoryAttribute
{
    public ZioTheoryAttribute() => Skip = Environment.GetEnvironmentVariable("CI") == "true" ? null : ZioTools.Obstacle;
}
