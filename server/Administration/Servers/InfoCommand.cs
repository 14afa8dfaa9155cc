using System.Text;
using Pkv.Engine.Execution;
using Pkv.Server.Administration.Servers.Info;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>INFO [section ...]: Redis 7.0's sections and field names, and Pkv's own fields. Source: redis.io/commands/info.</summary>
internal static class InfoCommand
{
    private static readonly (string Name, Action<InfoWriter> Write, bool IsDefault)[] Sections =
    [
        ("server", ServerSection.Write, true),
        ("clients", ClientsSection.Write, true),
        ("memory", MemorySection.Write, true),
        ("persistence", PersistenceSection.Write, true),
        ("stats", StatsSection.Write, true),
        ("replication", SmallSections.Replication, true),
        ("cpu", SmallSections.Cpu, true),
        ("modules", SmallSections.Modules, true),
        ("commandstats", CommandSections.CommandStatistics, false),
        ("errorstats", CommandSections.Errors, true),
        ("latencystats", CommandSections.Latencies, false),
        ("cluster", SmallSections.Cluster, true),
        ("keyspace", SmallSections.Keyspace, true),
    ];

    public static void Info(CommandContext context)
    {
        HashSet<string> wanted = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 1; i < context.ArgCount; i++)
            wanted.Add(Encoding.Latin1.GetString(context.Arg(i)));
        context.Reply.Verbatim(Text(context.Server, context.NowMs, wanted));
    }

    /// <summary>The sections of these names (none: the default ones). Unknown names are passed over.</summary>
    public static string Text(ServerState server, long nowMs, HashSet<string> wanted)
    {
        bool all = wanted.Contains("everything") || wanted.Contains("all");
        bool usual = wanted.Count == 0 || wanted.Contains("default");
        StringBuilder text = new();
        foreach ((string name, Action<InfoWriter> write, bool isDefault) in Sections)
        {
            bool isWanted = wanted.Contains(name) || (usual && isDefault) || all;
            if (!isWanted)
                continue;
            if (text.Length > 0)
                text.Append("\r\n");
            write(new InfoWriter(text, server, nowMs));
        }
        return text.ToString();
    }
}
