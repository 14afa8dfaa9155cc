namespace Pkv.Tests.Support;

/// <summary>
/// The last exception of each thread. A Dispose that throws hides the exception that it was called for, and is told of none; with this
/// it can name it.
/// </summary>
internal static class ThrownHere
{
    [ThreadStatic] private static Exception? s_last;

    static ThrownHere() => AppDomain.CurrentDomain.FirstChanceException += static (_, thrown) => s_last = thrown.Exception;

    /// <summary>The last one since <see cref="Forget"/>; null: none.</summary>
    public static Exception? Last => s_last;

    /// <summary>What was thrown so far concerns nobody any more.</summary>
    public static void Forget() => s_last = null;
}
