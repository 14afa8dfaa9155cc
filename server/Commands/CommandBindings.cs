using System.Text;
using Pkv.Server.Commands.Bitmaps;
using Pkv.Server.Commands.Databases;
using Pkv.Server.Commands.Dump;
using Pkv.Server.Commands.Hashes;
using Pkv.Server.Commands.Keys;
using Pkv.Server.Commands.Lists;
using Pkv.Server.Commands.Sets;
using Pkv.Server.Commands.SortedSets;
using Pkv.Server.Commands.Sorting;
using Pkv.Server.Commands.Strings;
using Pkv.Server.Commands.Transactions;
using Pkv.Server.Execution;
using Pkv.Server.Table;

namespace Pkv.Server.Commands;

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
        HashCommands.Bind(all);
        ListCommands.Bind(all);
        SetCommands.Bind(all);
        SortedSetCommands.Bind(all);
        KeyCommands.Bind(all);
        DumpCommands.Bind(all);
        SortCommand.Bind(all);
        DatabaseCommands.Bind(all);
        TransactionCommands.Bind(all);
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
