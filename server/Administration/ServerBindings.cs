using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Server.Administration.Connections;
using Pkv.Server.Administration.PubSub;
using Pkv.Server.Administration.Servers;

namespace Pkv.Server.Administration;

/// <summary>The commands of a server: those on data, and those about itself and its connections.</summary>
public static class ServerBindings
{
    /// <summary>Bindings by <see cref="CommandSpec.Index"/>.</summary>
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
