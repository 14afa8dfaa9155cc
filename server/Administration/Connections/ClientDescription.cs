using Pkv.Engine.Execution.Clients;
using Pkv.Server.Blocking;
using Pkv.Server.Net;
using Pkv.Server.PubSub;
using Pkv.Server.Sessions;

namespace Pkv.Server.Administration.Connections;

/// <summary>
/// A client as CLIENT LIST shows it: the fields of Redis 7.0, in its order. Fields of other threads' connections are
/// read as they stand, without a lock.
/// </summary>
internal static class ClientDescription
{
    public static string Of(Connection connection, long nowMs)
    {
        Session session = connection.Session;
        long output = connection.Output.Bytes;
        long input = connection.StashLength + (connection.Large.IsActive ? connection.Large.Received : 0);
        long queued = session.Transaction?.Bytes ?? 0;
        return $"id={session.Id} addr={session.RemoteAddress} laddr={session.LocalAddress} fd={connection.Descriptor} name={session.Name}"
            + $" age={Seconds(nowMs - session.ConnectedAtMs)} idle={Seconds(nowMs - session.LastInteractionMs)} flags={Flags(connection)}"
            + $" db={session.Database} sub={Subscriptions(session, SubscriptionKind.Channel)} psub={Subscriptions(session, SubscriptionKind.Pattern)}"
            + $" ssub={Subscriptions(session, SubscriptionKind.Shard)} multi={session.Transaction?.Count ?? -1} qbuf={input} qbuf-free=0"
            + $" argv-mem=0 multi-mem={queued} rbs=0 rbp=0 obl=0 oll={connection.Output.Count} omem={output} tot-mem={input + output + queued}"
            + $" events={(connection.WantsWrite ? "rw" : "r")} cmd={session.LastCommand} user=default redir=-1 resp={session.RespVersion}";
    }

    private static int Subscriptions(Session session, SubscriptionKind kind) => session.Subscriptions?.Count(kind) ?? 0;

    private static long Seconds(long milliseconds) => Math.Max(0, milliseconds) / 1000;

    /// <summary>Whether the client waits: in a blocking command (until CLIENT UNBLOCK calls it), or because of CLIENT PAUSE.</summary>
    public static bool IsHeld(Connection connection) =>
        connection.Session.Blocked is { } blocked ? blocked.Request == UnblockReason.None : connection.HoldReason == HoldReason.ClientPause;

    private static string Flags(Connection connection)
    {
        Session session = connection.Session;
        string flags = (session.IsMonitor ? "O" : "") + (session.IsSubscribed ? "P" : "") + (session.InTransaction ? "x" : "") + (IsHeld(connection) ? "b" : "")
            + (session.Watched is { IsDirty: true } ? "d" : "") + (session.CloseAfterReply ? "c" : "") + (session.RemoteAddress.StartsWith('/') ? "U" : "") + (session.NoEvict ? "e" : "");
        return flags.Length == 0 ? "N" : flags;
    }
}
