using System.Runtime.CompilerServices;

namespace Pkv.Tests.Support;

/// <summary>
/// Why tests of this run are skipped. The console names the tests, not the reasons; so these go to a file beside the tests, which the
/// project prints once the run has ended (tests/Pkv.Tests.csproj). Any thread.
/// </summary>
internal static class SkipReasons
{
    private static readonly Lock OneAtATime = new();
    private static readonly HashSet<string> Known = [];

    private static string FilePath => Path.Combine(AppContext.BaseDirectory, "skipped-tests.txt");

    /// <summary>Takes the reason of a test, or null where it is not skipped, and returns it.</summary>
    public static string? Note(string? reason)
    {
        if (reason is null)
            return null;
        lock (OneAtATime)
        {
            // At once: nothing says when the process that runs the tests ends, or how.
            if (Known.Add(reason))
                File.AppendAllText(FilePath, $"{reason}\n");
        }
        return reason;
    }

    // The reasons of an earlier run are none of this one.
    [ModuleInitializer]
    internal static void Forget() => File.Delete(FilePath);
}
