using System.Text;
using Pkv.Resp;

namespace Pkv.Engine.Table.Queries;

/// <summary>
/// The replies of COMMAND and its subcommands: pure functions over the table. Names come without "COMMAND" and the
/// subcommand; the dispatcher has checked arity and subcommand. Safe on all threads. Source: the COMMAND pages of Redis 7.0
/// and the replies of redis-server 7.0.15.
/// </summary>
public static class CommandQueries
{
    private const string SyntaxError = "ERR syntax error";

    /// <summary>COMMAND: an array with the details of every command.</summary>
    public static void All(ICommandReplySink reply) => Info([], reply);

    /// <summary>COMMAND COUNT: how many commands, subcommands not counted.</summary>
    public static void Count(ICommandReplySink reply) => reply.Integer(CommandTable.All.Count);

    /// <summary>
    /// COMMAND INFO [name ...]: the details of each command, null for an unknown one; without names all.
    /// </summary>
    public static void Info(ReadOnlySpan<byte[]> names, ICommandReplySink reply)
    {
        if (names.IsEmpty)
        {
            CommandInfoReply.WriteAll(CommandTable.All, reply);
            return;
        }

        reply.ArrayHeader(names.Length);
        foreach (byte[] name in names)
        {
            if (CommandTable.FindFull(name) is { } spec)
                CommandInfoReply.Write(spec, reply);
            else
                reply.Null();
        }
    }

    /// <summary>
    /// COMMAND DOCS [name ...]: a map of names and documentation, without the unknown; without names all.
    /// </summary>
    public static void Docs(ReadOnlySpan<byte[]> names, ICommandReplySink reply)
    {
        if (names.IsEmpty)
        {
            CommandDocsReply.WriteAll(CommandTable.All, reply);
            return;
        }

        var found = new List<CommandSpec>(names.Length);
        foreach (byte[] name in names)
        {
            if (CommandTable.FindFull(name) is { } spec)
                found.Add(spec);
        }

        CommandDocsReply.WriteAll(found, reply);
    }

    /// <summary>COMMAND LIST [FILTERBY MODULE|ACLCAT|PATTERN x]: full names of commands and subcommands.</summary>
    public static void List(ReadOnlySpan<byte[]> options, ICommandReplySink reply)
    {
        Predicate<CommandSpec>? filter = ReadFilter(options);
        if (filter is null)
        {
            reply.Error(SyntaxError);
            return;
        }

        List<CommandSpec> found = [.. CommandTable.Everything.Where(spec => filter(spec))];
        reply.ArrayHeader(found.Count);
        foreach (CommandSpec spec in found)
            reply.Bulk(spec.FullName);
    }

    /// <summary>COMMAND GETKEYS command [arg ...]: the keys of that call.</summary>
    public static void GetKeys(ReadOnlySpan<byte[]> command, ICommandReplySink reply)
    {
        if (FindKeys(command, reply) is not { } keys)
            return;
        reply.ArrayHeader(keys.Count);
        foreach (KeyReference key in keys)
            reply.Bulk(command[key.Position]);
    }

    /// <summary>COMMAND GETKEYSANDFLAGS command [arg ...]: the keys of that call, each with how it is used.</summary>
    public static void GetKeysAndFlags(ReadOnlySpan<byte[]> command, ICommandReplySink reply)
    {
        if (FindKeys(command, reply) is not { } keys)
            return;
        reply.ArrayHeader(keys.Count);
        foreach (KeyReference key in keys)
        {
            reply.ArrayHeader(2);
            reply.Bulk(command[key.Position]);
            CommandInfoReply.WriteSimpleSet(key.Flags.ToWireNames(), reply);
        }
    }

    // The filter the options ask for; null if they are no legal filter. There are no modules, so none matches.
    private static Predicate<CommandSpec>? ReadFilter(ReadOnlySpan<byte[]> options)
    {
        if (options.IsEmpty)
            return _ => true;
        if (options.Length != 3 || !Is(options[0], "FILTERBY"))
            return null;

        byte[] wanted = options[2];
        if (Is(options[1], "MODULE"))
            return _ => false;
        if (Is(options[1], "ACLCAT"))
        {
            AclCategories category = AclCategoryNames.Parse(wanted);
            return spec => (spec.Categories & category) != 0;
        }

        if (Is(options[1], "PATTERN"))
            return spec => GlobPattern.IsMatch(wanted, Encoding.ASCII.GetBytes(spec.FullName), ignoreCase: true);
        return null;
    }

    // The keys of a call, or null after an error has been replied.
    private static List<KeyReference>? FindKeys(ReadOnlySpan<byte[]> command, ICommandReplySink reply)
    {
        CommandSpec? spec = CommandTable.Find(command[0]);
        if (spec is { IsContainer: true } && command.Length > 1)
            spec = CommandTable.FindSub(spec, command[1]);

        var keys = new List<KeyReference>();
        if (spec is null)
            reply.Error("ERR Invalid command specified");
        else if (!spec.HasKeys)
            reply.Error("ERR The command has no key arguments");
        else if (!spec.AcceptsCount(command.Length))
            reply.Error("ERR Invalid number of arguments specified for command");
        else if (KeyExtraction.TryFind(spec, command, keys) || spec.Flags.HasFlag(CommandFlags.NoMandatoryKeys))
            return keys;
        else
            reply.Error("ERR Invalid arguments specified for command");
        return null;
    }

    private static bool Is(byte[] argument, string word) => Ascii.EqualsIgnoreCase(argument, word);
}
