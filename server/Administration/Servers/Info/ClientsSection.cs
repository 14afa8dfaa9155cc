using Pkv.Server.Administration.Connections;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>INFO clients.</summary>
internal static class ClientsSection
{
    public static void Write(InfoWriter info)
    {
        List<Connection> clients = info.Server.Clients.Snapshot();
        info.Heading("Clients");
        info.Add("connected_clients", clients.Count(c => !c.Session.KillRequested));
        info.Add("cluster_connections", 0);
        info.Add("maxclients", info.Server.Options.MaxClients);
        info.Add("client_recent_max_input_buffer", clients.Select(c => c.StashLength).DefaultIfEmpty().Max());
        info.Add("client_recent_max_output_buffer", clients.Select(c => c.Output.Bytes).DefaultIfEmpty().Max());
        info.Add("blocked_clients", clients.Count(ClientDescription.IsHeld));
        info.Add("tracking_clients", 0);
        info.Add("clients_in_timeout_table", clients.Count(c => c.Session.Blocked is { UntilMs: < long.MaxValue }));
        info.Add("paused_clients", clients.Count(c => c.HoldReason == HoldReason.ClientPause));
        info.Add("monitor_clients", clients.Count(c => c.Session.IsMonitor));
    }
}
