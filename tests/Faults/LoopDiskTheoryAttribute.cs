using Xunit;

namespace Pkv.Tests.Faults;

/// <inheritdoc cref="LoopDiskFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LoopDiskTheoryAttribute : TheoryAttribute
{
    public LoopDiskTheoryAttribute() => Skip = new LoopDiskFactAttribute().Skip;
}
