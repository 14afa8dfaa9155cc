using System.Text;
using Pkv.Engine.Table.Queries;

namespace Pkv.Engine.Table;

/// <summary>
/// The names of commands under rename-command: a directive after the other, each on the names that those before it left. Made at
/// the start, then only read: any thread. Error texts of Redis 7.0.15.
/// </summary>
public sealed class CommandNames
{
    // What Redis has and the table has not may be taken away as well: a file that forbids EVAL is right here, too.
    private static readonly HashSet<string> _absent = new(
        AbsentCommands.All.SelectMany(static about => about.Names).Where(static name => !name.Contains('|', StringComparison.Ordinal)),
        StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, CommandSpec?> _given = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<CommandSpec> _renamedAway = [];

    /// <summary>At least one command has another name, or none.</summary>
    public bool HasRenames => _taken.Count != 0;

    /// <summary>Whether this command's own name was taken away.</summary>
    public bool IsRenamedAway(CommandSpec spec) => _renamedAway.Count != 0 && _renamedAway.Contains(spec);

    /// <summary>The command that answers to this name, or null.</summary>
    public CommandSpec? Find(ReadOnlySpan<byte> name) =>
        CommandTable.Find(name) is { } own && !IsRenamedAway(own) ? own : FindRenamed(name);

    /// <summary>The command that was given this name, or null.</summary>
    public CommandSpec? FindRenamed(ReadOnlySpan<byte> name) =>
        _given.Count != 0 ? _given.GetValueOrDefault(Encoding.Latin1.GetString(name)) : null;

    /// <summary>Gives a command another name, or none (empty). Returns what is wrong with that; null: nothing.</summary>
    public string? Rename(string name, string newName)
    {
        if (!Exists(name))
            return "No such command in rename-command";
        CommandSpec? spec = _given.Remove(name, out CommandSpec? given) ? given : CommandTable.Find(Encoding.Latin1.GetBytes(name));
        _taken.Add(name);
        if (spec is not null)
            _renamedAway.Add(spec);
        if (newName.Length == 0)
            return null;
        if (Exists(newName))
            return "Target command name already exists";
        _given[newName] = spec;
        return null;
    }

    private bool Exists(string name) =>
        _given.ContainsKey(name) || (!_taken.Contains(name) && (_absent.Contains(name) || CommandTable.Find(Encoding.Latin1.GetBytes(name)) is not null));
}
