using Pkv.Bench.Native;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>A theory that is skipped, with the reason, where the kernel or a container forbids io_uring.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IoUringTheoryAttribute : TheoryAttribute
{
    public IoUringTheoryAttribute() => Skip = SkipReasons.Note(IoUring.Obstacle());
}
