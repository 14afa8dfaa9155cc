using System.Text;
using Pkv.Engine.Commands.Bitmaps;
using Pkv.Engine.Commands.Databases;
using Pkv.Engine.Commands.Dump;
using Pkv.Engine.Commands.Geo;
using Pkv.Engine.Commands.Hashes;
using Pkv.Engine.Commands.HyperLogLogs;
using Pkv.Engine.Commands.Keys;
using Pkv.Engine.Commands.Lists;
using Pkv.Engine.Commands.Scripts;
using Pkv.Engine.Commands.Sets;
using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Commands.Sorting;
using Pkv.Engine.Commands.Streams;
using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Commands.Transactions;
using Pkv.Engine.Execution;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands;

/// <summary>
/// Binds the commands of the table to functions. Each group binds its own commands; a command that nobody binds is a bug
/// that stops the server at startup.
/// </summary>
public sealed unsafe class CommandBindings
{
    private readonly CommandBinding?[] _bindings = new CommandBinding?[CommandTable.IndexCount];

    /// <summary>Bindings by <see cref="CommandSpec.Index"/>.</summary>
    public CommandBinding?[] ByIndex => _bindings;

    /// <summary>Those of the commands on data.</summary>
    public static CommandBindings OfData()
    {
        CommandBindings all = new();
        StringCommands.Bind(all);
        BitmapCommands.Bind(all);
        HyperLogLogCommands.Bind(all);
        HashCommands.Bind(all);
        ListCommands.Bind(all);
        SetCommands.Bind(all);
        SortedSetCommands.Bind(all);
        GeoCommands.Bind(all);
        StreamCommands.Bind(all);
        KeyCommands.Bind(all);
        DumpCommands.Bind(all);
        SortCommand.Bind(all);
        DatabaseCommands.Bind(all);
        TransactionCommands.Bind(all);
        EvalCommands.Bind(all);
        ScriptCommands.Bind(all);
        FunctionCommands.Bind(all);
        return all;
    }

    /// <summary>
    /// Binds a command ("get") or subcommand ("config|get"). Without a mode: the table's keys decide (keys that the
    /// command names, none, or the handler's own affair for commands over whole databases).
    /// </summary>
    public void Bind(string fullName, delegate*<CommandContext, void> handler, LockMode? mode = null, bool escapesMulti = false, bool carriesSecret = false)
    {
        CommandSpec spec = CommandTable.FindFull(Encoding.ASCII.GetBytes(fullName))
            ?? throw new InvalidOperationException($"command '{fullName}' is not in the table");
        LockMode chosen = mode ?? (spec.FirstKey != 0 || spec.CountedKeys is not null ? LockMode.Keys
            : spec.Flags.HasFlag(CommandFlags.TouchesArbitraryKeys) ? LockMode.Self : LockMode.None);
        _bindings[spec.Index] = new CommandBinding(spec, handler, chosen) { EscapesMulti = escapesMulti, CarriesSecret = carriesSecret };
    }
}
