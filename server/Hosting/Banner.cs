using Pkv.Server.Administration.Connections;
using Pkv.Server.Administration.Servers.Info;

namespace Pkv.Server.Hosting;

/// <summary>What the server prints at startup in a terminal: name, address, pool, and what survives which failure.</summary>
public static class Banner
{
    /// <summary>Some lines, the last one ended.</summary>
    public static string Text(ServerHost host)
    {
        ServerState server = host.State;
        string listens = server.Options.Port == 0 ? "" : $"port {server.Listener.Port}";
        string unix = server.Options.UnixSocket;
        listens += unix.Length > 0 ? $"{(listens.Length > 0 ? ", " : "")}socket {unix}" : "";
        return $"""

              ▄▖▄▖▖▖  Pkv {ServerSection.PkvVersion}, speaks as Redis {HelloCommand.RedisVersion}
              █▘█▌▌▌  {listens}, {server.Threads.Length} I/O thread(s), pid {Environment.ProcessId}
              ▌ ▌▚▚▘  medium {server.Pool.Medium.Kind.ToString().ToLowerInvariant()} ({server.MediumReason})
                      {server.Pool.Medium.Promise}
                      pool {server.PoolPath}, at most {InfoWriter.Human(host.Medium.MaxBytes)}


            """;
    }
}
