using System.Runtime.CompilerServices;
using Pkv.Bench.Native;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>A theory that is skipped, with the reason, where the kernel or a container forbids io_uring.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IoUringTheoryAttribute : TheoryAttribute
{
    public IoUringTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = SkipReasons.Note(IoUring.Obstacle());
}
