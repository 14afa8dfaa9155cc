using System.Text;
using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>
/// CLUSTER and related commands, MODULE, REPLICAOF. Client libraries and tools send them at startup; they get the replies
/// of a redis-server 7.0.15 outside a cluster, without modules and without a master.
/// </summary>
internal static unsafe class StandaloneCommands
{
    public static void Bind(CommandBindings bindings)
    {
        foreach (CommandSpec spec in CommandTable.Find("cluster"u8)!.Subcommands)
            bindings.Bind(spec.FullName, &NoCluster);
        bindings.Bind("asking", &NoCluster);
        bindings.Bind("readonly", &NoCluster);
        bindings.Bind("readwrite", &NoCluster);
        bindings.Bind("module|list", &ListModules);
        bindings.Bind("module|load", &LoadModule);
        bindings.Bind("module|loadex", &LoadModule);
        bindings.Bind("module|unload", &UnloadModule);
        bindings.Bind("module|help", &HelpReply.Container);
        bindings.Bind("replicaof", &ReplicaOf);
        bindings.Bind("slaveof", &ReplicaOf);
    }

    private static void NoCluster(CommandContext context) => context.Reply.Error("ERR This instance has cluster support disabled"u8);

    private static void ListModules(CommandContext context) => context.Reply.Array(0);

    private static void LoadModule(CommandContext context)
    {
        LogRefusal(context);
        context.Reply.Error("ERR Error loading the extension. Please check the server logs."u8);
    }

    private static void UnloadModule(CommandContext context)
    {
        LogRefusal(context);
        context.Reply.Error("ERR Error unloading module: no such module with that name"u8);
    }

    private static void LogRefusal(CommandContext context) =>
        context.Server.Log?.Invoke("MODULE was refused: there are no modules, they link to Redis itself");

    private static void ReplicaOf(CommandContext context)
    {
        if (Ascii.EqualsIgnoreCase(context.Arg(1), "NO"u8) && Ascii.EqualsIgnoreCase(context.Arg(2), "ONE"u8))
            context.Reply.Ok();
        else if (!Integers.TryParse(context.Arg(2), out long port) || port is < 0 or > 65535)
            context.Reply.Error("ERR Invalid master port"u8);
        else
            context.Reply.Error("ERR there is no replication: of REPLICAOF only NO ONE is answered"u8);
    }
}
