namespace Pkv.Engine.Table.Queries;

/// <summary>
/// Writes the documentation of commands as COMMAND DOCS shows it, without the members that are empty.
/// </summary>
internal static class CommandDocsReply
{
    /// <summary>A map from full name to documentation.</summary>
    public static void WriteAll(IReadOnlyList<CommandSpec> specs, ICommandReplySink reply)
    {
        reply.MapHeader(specs.Count);
        foreach (CommandSpec spec in specs)
        {
            reply.Bulk(spec.FullName);
            Write(spec, reply);
        }
    }

    private static void Write(CommandSpec spec, ICommandReplySink reply)
    {
        string[] docFlags = DocFlags(spec);
        string?[] texts = [spec.Complexity, spec.DeprecatedSince, spec.ReplacedBy];
        int optionalCount = texts.Count(text => text is not null) + One(docFlags.Length) + One(spec.History.Count)
            + One(spec.Arguments.Count) + One(spec.Subcommands.Count);

        reply.MapHeader(3 + optionalCount);
        WriteText("summary", spec.Summary, reply);
        WriteText("since", spec.Since, reply);
        WriteText("group", spec.Group.ToWireName(), reply);
        WriteText("complexity", spec.Complexity, reply);
        WriteFlags("doc_flags", docFlags, reply);
        WriteText("deprecated_since", spec.DeprecatedSince, reply);
        WriteText("replaced_by", spec.ReplacedBy, reply);
        WriteHistory(spec.History, reply);
        WriteArguments(spec.Arguments, reply);
        if (spec.IsContainer)
        {
            reply.Bulk("subcommands");
            WriteAll(spec.Subcommands, reply);
        }
    }

    private static void WriteHistory(IReadOnlyList<CommandChange> history, ICommandReplySink reply)
    {
        if (history.Count == 0)
            return;
        reply.Bulk("history");
        reply.SetHeader(history.Count);
        foreach (CommandChange change in history)
        {
            reply.ArrayHeader(2);
            reply.Bulk(change.Since);
            reply.Bulk(change.Change);
        }
    }

    private static void WriteArguments(IReadOnlyList<CommandArgument> arguments, ICommandReplySink reply)
    {
        if (arguments.Count == 0)
            return;
        reply.Bulk("arguments");
        reply.ArrayHeader(arguments.Count);
        foreach (CommandArgument argument in arguments)
            WriteArgument(argument, reply);
    }

    private static void WriteArgument(CommandArgument argument, ICommandReplySink reply)
    {
        bool isKey = argument.KeySpecIndex >= 0;
        string?[] texts = [argument.Token, argument.Since, argument.DeprecatedSince];
        IReadOnlyList<string> flags = argument.Flags.ToWireNames();
        int optionalCount = (isKey ? 1 : 0) + texts.Count(text => text is not null) + One(flags.Count)
            + One(argument.Arguments.Count);

        reply.MapHeader(2 + optionalCount);
        WriteText("name", argument.Name, reply);
        WriteText("type", argument.Type.ToWireName(), reply);
        if (isKey)
        {
            reply.Bulk("key_spec_index");
            reply.Integer(argument.KeySpecIndex);
        }

        WriteText("token", argument.Token, reply);
        WriteText("since", argument.Since, reply);
        WriteText("deprecated_since", argument.DeprecatedSince, reply);
        WriteFlags("flags", flags, reply);
        WriteArguments(argument.Arguments, reply);
    }

    private static void WriteText(string name, string? text, ICommandReplySink reply)
    {
        if (text is null)
            return;
        reply.Bulk(name);
        reply.Bulk(text);
    }

    private static void WriteFlags(string name, IReadOnlyList<string> flags, ICommandReplySink reply)
    {
        if (flags.Count == 0)
            return;
        reply.Bulk(name);
        CommandInfoReply.WriteSimpleSet(flags, reply);
    }

    private static string[] DocFlags(CommandSpec spec) => (spec.DeprecatedSince, spec.IsSystemCommand) switch
    {
        (null, false) => [],
        (null, true) => ["syscmd"],
        (_, false) => ["deprecated"],
        (_, true) => ["deprecated", "syscmd"],
    };

    // The members that a list of that length takes in the map: one, or none when it is empty.
    private static int One(int length) => length == 0 ? 0 : 1;
}
