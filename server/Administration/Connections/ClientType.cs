using System.Text;
using Pkv.Engine.Execution;
using Pkv.Server.Sessions;

namespace Pkv.Server.Administration.Connections;

/// <summary>The kinds of clients that CLIENT LIST TYPE and CLIENT KILL TYPE distinguish.</summary>
internal static class ClientType
{
    /// <summary>Kind of a session. A monitor is a normal client, as Redis 7.0 shows it, though it is fed.</summary>
    public static string Of(Session session) => session.IsSubscribed ? "pubsub" : "normal";

    /// <summary>The kind named by argument 3, or null after the error is replied.</summary>
    public static string? Parse(CommandContext context, int index = 3)
    {
        string given = Encoding.Latin1.GetString(context.Arg(index));
        string? type = given.ToLowerInvariant() switch
        {
            "normal" => "normal",
            "slave" or "replica" => "replica",
            "pubsub" => "pubsub",
            "master" => "master",
            _ => null,
        };
        if (type is null)
            context.Reply.Error(Encoding.Latin1.GetBytes($"ERR Unknown client type '{given.Replace('\r', ' ').Replace('\n', ' ')}'"));
        return type;
    }
}
