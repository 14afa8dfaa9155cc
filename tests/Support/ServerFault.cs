using Pkv.Server;

namespace Pkv.Tests.Support;

/// <summary>How a server failed: the line that it ended with, or that it closed a connection for, and the trace.</summary>
internal static class ServerFault
{
    // What a program prints that ends by itself, and what the log says of a contained exception.
    private static readonly string[] s_marks = ["FATAL ", "Process terminated.", "Unhandled exception.", " closed the connection of "];

    /// <summary>Of a server in this process; null: it has not failed.</summary>
    public static string? Of(ServerState state) =>
        state.Fatal is { } fatal ? $"{fatal.Line}\n{fatal.Trace}"
        : state.Threads.Select(static t => t.Containment.Last).FirstOrDefault(static l => l is not null);

    /// <summary>Of a child that printed this; null: it has not failed.</summary>
    public static string? In(string output)
    {
        int at = s_marks.Select(m => output.IndexOf(m, StringComparison.Ordinal)).Where(static i => i >= 0).DefaultIfEmpty(-1).Min();
        return at < 0 ? null : output[(output.LastIndexOf('\n', at) + 1)..];
    }
}
