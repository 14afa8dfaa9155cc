using System.Text;

namespace Pkv.Server.Monitoring;

/// <summary>
/// A web page can make a browser send an HTTP request to a server on the same machine, with commands in its body. Such a
/// request is recognizable by its first lines, before the body, and the connection is closed there. Any thread.
/// </summary>
public sealed class CrossProtocolGuard(Action<string> log)
{
    private const long SilenceMs = 60_000;

    private const string Warning =
        "Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Pkv. This is likely due to an "
        + "attacker attempting to use Cross Protocol Scripting to compromise your Pkv instance. Connection aborted.";

    private long _nextMs;

    /// <summary>Whether a command's name is one of the words by which Redis, too, knows an HTTP request.</summary>
    public static bool IsHttp(ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(name, "POST"u8) || Ascii.EqualsIgnoreCase(name, "HOST:"u8);

    /// <summary>Tells the log, once a minute at most.</summary>
    public void Warn(long nowMs)
    {
        long next = Volatile.Read(ref _nextMs);
        if (nowMs >= next && Interlocked.CompareExchange(ref _nextMs, nowMs + SilenceMs, next) == next)
            log(Warning);
    }
}
