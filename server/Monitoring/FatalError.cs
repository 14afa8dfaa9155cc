using System.Diagnostics;
using System.Net.Sockets;
using Pkv.Persistence.Media;

namespace Pkv.Server.Monitoring;

/// <summary>
/// Why the process has to stop: an exception while state that other threads see may be half changed. The log on the medium
/// is intact, because uncommitted data does not count: the effect is that of a killed process, but with a reason.
/// </summary>
public sealed record FatalError(string Reason, string Line, string Trace)
{
    /// <summary>The process's exit code after one (sysexits.h: EX_SOFTWARE).</summary>
    public const int ExitCode = 70;

    /// <param name="place">What was being done, for people: "pkv-io-0, GET".</param>
    /// <param name="exception">What came out of it.</param>
    public static FatalError Of(string place, Exception exception)
    {
        string reason = ReasonOf(exception);
        return new FatalError(reason, $"FATAL {reason} in {place}{Origin(exception)}: {exception.GetType().Name}: {OneLine(exception.Message)}; "
            + $"ending with exit code {ExitCode}; everything acknowledged is in the pool", exception.ToString());
    }

    /// <summary>OUT_OF_MEMORY, IO_ERROR, or, for all that ought not to happen, BUG.</summary>
    public static string ReasonOf(Exception exception) => exception switch
    {
        OutOfMemoryException => "OUT_OF_MEMORY",
        MediumException or IOException or UnauthorizedAccessException or SocketException => "IO_ERROR",
        _ => "BUG",
    };

    // The innermost function of ours, not that of the runtime which noticed.
    private static string Origin(Exception exception)
    {
        foreach (StackFrame frame in new StackTrace(exception).GetFrames())
        {
            if (frame.GetMethod() is { DeclaringType: { Namespace: { } space } type } method && space.StartsWith("Pkv.", StringComparison.Ordinal))
                return $" ({type.Name}.{method.Name})";
        }
        return "";
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
