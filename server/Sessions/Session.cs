using Pkv.Engine.Execution.Clients;
using Pkv.Server.Blocking;
using Pkv.Server.PubSub;

namespace Pkv.Server.Sessions;

/// <summary>
/// The server's state for a client, apart from its socket. Written by the I/O thread that owns the connection; other
/// threads read single fields (CLIENT LIST) and set the volatile ones.
/// </summary>
public sealed class Session : Client
{
    private static long s_lastId;

    /// <summary>Unique and rising for the process's life.</summary>
    public long Id { get; } = Interlocked.Increment(ref s_lastId);

    public string RemoteAddress { get; set; } = "";

    public string LocalAddress { get; set; } = "";

    /// <summary>It comes over a loopback address or the Unix socket.</summary>
    public bool IsLocal { get; init; }

    /// <summary>Set by CLIENT SETNAME or HELLO SETNAME.</summary>
    public string Name { get; set; } = "";

    public bool IsAuthenticated { get; set; }

    /// <summary>Unix ms.</summary>
    public long ConnectedAtMs { get; set; }

    /// <summary>Unix ms of the last command.</summary>
    public long LastInteractionMs { get; set; }

    /// <summary>Full name of the last command, for CLIENT LIST.</summary>
    public string LastCommand { get; set; } = "NULL";

    /// <summary>Close when the replies so far are sent (QUIT, protocol errors).</summary>
    public bool CloseAfterReply { get; set; }

    /// <summary>Set by another thread's CLIENT KILL; the owner closes the connection.</summary>
    public volatile bool KillRequested;

    /// <summary>It sent SHUTDOWN: its connection is closed when the server has let go of the pool.</summary>
    public bool ClosesLast { get; set; }

    /// <summary>The blocking command in which it waits, or null.</summary>
    public BlockedClient? Blocked { get; set; }

    public bool NoEvict { get; set; }

    /// <summary>Receives every command (MONITOR).</summary>
    public volatile bool IsMonitor;

    public ReplyMode Replies { get; set; }

    /// <summary>What it subscribes to; null before its first SUBSCRIBE.</summary>
    public SessionSubscriptions? Subscriptions { get; set; }

    /// <summary>Subscribes to something: in RESP2 it may do little else, and the limits of pub/sub clients are its own.</summary>
    public bool IsSubscribed => Subscriptions is { Total: > 0 };
}

/// <summary>CLIENT REPLY.</summary>
public enum ReplyMode
{
    On,
    Off,

    /// <summary>CLIENT REPLY SKIP was just given: its next command is not answered.</summary>
    SkipNext,

    /// <summary>The running command is that next one.</summary>
    Skip,
}
