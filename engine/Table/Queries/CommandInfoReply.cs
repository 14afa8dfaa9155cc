namespace Pkv.Engine.Table.Queries;

/// <summary>Writes the ten fields of a command that COMMAND and COMMAND INFO return.</summary>
internal static class CommandInfoReply
{
    private const int DetailCount = 10;

    /// <summary>An array with the details of each command.</summary>
    public static void WriteAll(IReadOnlyList<CommandSpec> specs, ICommandReplySink reply)
    {
        reply.ArrayHeader(specs.Count);
        foreach (CommandSpec spec in specs)
            Write(spec, reply);
    }

    /// <summary>
    /// Name, arity, flags, first key, last key, step, categories, tips, key specs, subcommands (each in the same form).
    /// </summary>
    public static void Write(CommandSpec spec, ICommandReplySink reply)
    {
        reply.ArrayHeader(DetailCount);
        reply.Bulk(spec.FullName);
        reply.Integer(spec.Arity);
        WriteSimpleSet(spec.Flags.ToWireNames(), reply);
        reply.Integer(spec.FirstKey);
        reply.Integer(spec.LastKey);
        reply.Integer(spec.KeyStep);
        WriteSimpleSet([.. spec.Categories.ToWireNames().Select(name => "@" + name)], reply);

        reply.SetHeader(spec.Tips.Count);
        foreach (string tip in spec.Tips)
            reply.Bulk(tip);

        reply.SetHeader(spec.KeySpecs.Count);
        foreach (KeySpec keySpec in spec.KeySpecs)
            WriteKeySpec(keySpec, reply);

        if (spec.IsContainer)
            WriteAll(spec.Subcommands, reply);
        else
            reply.SetHeader(0);
    }

    /// <summary>A set of simple strings.</summary>
    public static void WriteSimpleSet(IReadOnlyList<string> names, ICommandReplySink reply)
    {
        reply.SetHeader(names.Count);
        foreach (string name in names)
            reply.Simple(name);
    }

    private static void WriteKeySpec(KeySpec spec, ICommandReplySink reply)
    {
        reply.MapHeader(spec.Notes is null ? 3 : 4);
        if (spec.Notes is not null)
        {
            reply.Bulk("notes");
            reply.Bulk(spec.Notes);
        }

        reply.Bulk("flags");
        WriteSimpleSet(spec.Flags.ToWireNames(), reply);
        WriteSearch(spec, reply);
        WriteFinding(spec, reply);
    }

    private static void WriteSearch(KeySpec spec, ICommandReplySink reply)
    {
        reply.Bulk("begin_search");
        switch (spec.Search)
        {
            case KeySearch.Index:
                WriteTyped("index", 1, reply);
                WriteNumber("index", spec.BeginIndex, reply);
                break;
            case KeySearch.Keyword:
                WriteTyped("keyword", 2, reply);
                reply.Bulk("keyword");
                reply.Bulk(spec.Keyword);
                WriteNumber("startfrom", spec.StartFrom, reply);
                break;
            default:
                WriteTyped("unknown", 0, reply);
                break;
        }
    }

    private static void WriteFinding(KeySpec spec, ICommandReplySink reply)
    {
        reply.Bulk("find_keys");
        switch (spec.Finding)
        {
            case KeyFinding.Range:
                WriteTyped("range", 3, reply);
                WriteNumber("lastkey", spec.LastKey, reply);
                WriteNumber("keystep", spec.KeyStep, reply);
                WriteNumber("limit", spec.Limit, reply);
                break;
            case KeyFinding.KeyNum:
                WriteTyped("keynum", 3, reply);
                WriteNumber("keynumidx", spec.KeyNumIndex, reply);
                WriteNumber("firstkey", spec.FirstKey, reply);
                WriteNumber("keystep", spec.KeyStep, reply);
                break;
            default:
                WriteTyped("unknown", 0, reply);
                break;
        }
    }

    // The map {type: ..., spec: {...}}, up to the header of the inner map.
    private static void WriteTyped(string type, int memberCount, ICommandReplySink reply)
    {
        reply.MapHeader(2);
        reply.Bulk("type");
        reply.Bulk(type);
        reply.Bulk("spec");
        reply.MapHeader(memberCount);
    }

    private static void WriteNumber(string name, int value, ICommandReplySink reply)
    {
        reply.Bulk(name);
        reply.Integer(value);
    }
}
