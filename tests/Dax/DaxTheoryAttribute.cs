using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Dax;

/// <summary>A test that boots a machine: skipped, with what is missing, on a desk; under CI=true what is missing fails it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DaxTheoryAttribute : TheoryAttribute
{
    public DaxTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") != "true" && GuestParts.Missing() is { Length: > 0 } missing)
            Skip = SkipReasons.Note($"an emulated machine with persistent memory needs {missing} (docs/durability.md, Real persistent memory)");
    }
}
