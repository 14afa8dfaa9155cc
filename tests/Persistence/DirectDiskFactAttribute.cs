using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>A test that is skipped, with the reason, where the folder's file system takes no direct writes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DirectDiskFactAttribute : FactAttribute
{
    public DirectDiskFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = SkipReasons.Note(DirectDisk.Obstacle);
}
