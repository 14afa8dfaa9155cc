using Pkv.Server.Net;
using Pkv.Server.PubSub;
using Pkv.Server.Sessions;

namespace Pkv.Server.Commands.Connections;

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
        int input = connection.StashLength;
        long queued = session.Transaction?.Bytes ?? 0;
        return $"id={session.Id} addr={session.RemoteAddress} laddr={session.LocalAddress} fd={connection.Descriptor} name={session.Name}"
            + $" age={Seconds(nowMs - session.ConnectedAtMs)} idle={Seconds(nowMs - session.LastInteractionMs)} flags={Flags(session)}"
            + $" db={session.Database} sub={Subscriptions(session, SubscriptionKind.Channel)} psub={Subscriptions(session, SubscriptionKind.Pattern)}"
            + $" ssub={Subscriptions(session, SubscriptionKind.Shard)} multi={session.Transaction?.Commands.Count ?? -1} qbuf={input} qbuf-free=0"
            + $" argv-mem=0 multi-mem={queued} rbs=0 rbp=0 obl=0 oll={connection.Output.Count} omem={output} tot-mem={input + output + queued}"
            + $" events={(connection.WantsWrite ? "rw" : "r")} cmd={session.LastCommand} user=default redir=-1 resp={session.RespVersion}";
    }

    private static int Subscriptions(Session session, SubscriptionKind kind) => session.Subscriptions?.Count(kind) ?? 0;

    private static long Seconds(long milliseconds) => Math.Max(0, milliseconds) / 1000;

    private static string Flags(Session session)
    {
        string flags = (session.IsMonitor ? "O" : "") + (session.IsSubscribed ? "P" : "") + (session.InTransaction ? "x" : "") + (session.CloseAfterReply ? "c" : "")
            + (session.Watched is { IsDirty: true } ? "d" : "") + (session.RemoteAddress.StartsWith('/') ? "U" : "") + (session.NoEvict ? "e" : "");
        return flags.Length == 0 ? "N" : flags;
    }
}
