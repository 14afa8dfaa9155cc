using Pkv.Server.Administration.Connections;
using Pkv.Server.Administration.PubSub;
using Pkv.Server.Administration.Servers;
using Pkv.Server.Commands;
using Pkv.Server.Execution;

namespace Pkv.Server.Administration;

/// <summary>The commands of a server: those on data, and those about itself and its connections.</summary>
public static class ServerBindings
{
    /// <summary>Bindings by <see cref="Table.CommandSpec.Index"/>.</summary>
    public static CommandBinding?[] Build()
    {
        CommandBindings all = CommandBindings.OfData();
        ConnectionCommands.Bind(all);
        ServerCommands.Bind(all);
        PubSubCommands.Bind(all);
        StandaloneCommands.Bind(all);
        return all.ByIndex;
    }
}
