using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>
/// A test on a small disk of its own: skipped, with the reason, where none can be mounted, except by root under CI=true,
/// where it must be possible.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LoopDiskFactAttribute : FactAttribute
{
    public LoopDiskFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        bool mustRun = Environment.GetEnvironmentVariable("CI") == "true" && Environment.IsPrivilegedProcess;
        Skip = mustRun ? null : SkipReasons.Note(LoopDisk.Obstacle);
    }
}
