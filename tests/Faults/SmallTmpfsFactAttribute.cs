using System.Runtime.CompilerServices;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>
/// A test on a tmpfs of its own: skipped, with the reason, where none can be mounted, except by root under CI=true, where it
/// must be possible.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallTmpfsFactAttribute : FactAttribute
{
    public SmallTmpfsFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        bool mustRun = Environment.GetEnvironmentVariable("CI") == "true" && Environment.IsPrivilegedProcess;
        Skip = mustRun ? null : SmallTmpfs.Obstacle;
    }
}
