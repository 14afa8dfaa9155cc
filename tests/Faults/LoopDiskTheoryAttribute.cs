using System.Runtime.CompilerServices;
using Xunit;

namespace Pkv.Tests.Faults;

/// <inheritdoc cref="LoopDiskFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LoopDiskTheoryAttribute : TheoryAttribute
{
    public LoopDiskTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = new LoopDiskFactAttribute().Skip;
}
