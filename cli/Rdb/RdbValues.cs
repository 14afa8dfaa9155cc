using Pkv.Cli.Import;

namespace Pkv.Cli.Rdb;

/// <summary>
/// Reads one value of an RDB file, in any of its encodings, into the commands that make it. What nobody wants is read, and
/// so checked, all the same.
/// </summary>
internal sealed class RdbValues(RdbStream stream) : IDisposable
{
    private readonly CommandBuilder _builder = new();

    /// <summary>As TYPE names it, and the command that makes it (null: none does).</summary>
    public static (string Name, string? Command) KindOf(RdbType type) => type switch
    {
        RdbType.String => ("string", "SET"),
        RdbType.List or RdbType.ListZiplist or RdbType.ListQuicklist or RdbType.ListQuicklist2 => ("list", "RPUSH"),
        RdbType.Set or RdbType.SetIntset => ("set", "SADD"),
        RdbType.SortedSetText or RdbType.SortedSet or RdbType.SortedSetZiplist or RdbType.SortedSetListpack => ("zset", "ZADD"),
        RdbType.Hash or RdbType.HashZipmap or RdbType.HashZiplist or RdbType.HashListpack => ("hash", "HSET"),
        RdbType.Stream or RdbType.Stream2 => ("stream", null),
        RdbType.Module => ("module", null),
        _ => ("", null),
    };

    /// <summary>Reads the value of a key and hands its commands to <paramref name="sink"/> (null: to nobody).</summary>
    public void Read(RdbType type, byte[] key, long expiryMs, ICommandSink? sink)
    {
        switch (KindOf(type).Name)
        {
            case "string":
                ReadString(key, expiryMs, sink);
                return;
            case "stream":
                RdbSkips.Stream(stream, type);
                return;
            case "module":
                stream.TakeLength();
                RdbSkips.ModuleValue(stream);
                return;
        }
        ElementWriter writer = new(_builder);
        ReadCollection(type, key, writer, sink);
        if (writer.End() is { } error)
            throw stream.Malformed(error);
        if (expiryMs >= 0 && sink is not null && writer.Count > 0)
        {
            _builder.Begin("PEXPIREAT"u8);
            _builder.Add(key);
            _builder.Add(expiryMs);
            sink.Make(_builder.Finish());
        }
        _builder.Clear();
    }

    public void Dispose() => _builder.Dispose();

    private void ReadString(byte[] key, long expiryMs, ICommandSink? sink)
    {
        ReadOnlySpan<byte> value = stream.TakeString();
        if (sink is null)
            return;
        _builder.Begin("SET"u8);
        _builder.Add(key);
        _builder.Add(value);
        if (expiryMs >= 0)
        {
            _builder.Add("PXAT"u8);
            _builder.Add(expiryMs);
        }
        sink.Make(_builder.Finish());
        _builder.Clear();
    }

    private void ReadCollection(RdbType type, byte[] key, ElementWriter writer, ICommandSink? sink)
    {
        (string name, string? command) = KindOf(type);
        bool isSorted = name == "zset";
        writer.Begin(sink, command!, key, perElement: isSorted || name == "hash" ? 2 : 1, swaps: isSorted);
        switch (type)
        {
            case RdbType.List or RdbType.Set:
                for (long count = stream.TakeCount(); count > 0; count--)
                    writer.Add(stream.TakeString());
                break;
            case RdbType.Hash:
                for (long count = stream.TakeCount(); count > 0; count--)
                {
                    writer.Add(stream.TakeString());
                    writer.Add(stream.TakeString());
                }
                break;
            case RdbType.SortedSet or RdbType.SortedSetText:
                for (long count = stream.TakeCount(); count > 0; count--)
                {
                    writer.Add(stream.TakeString());
                    double score = type == RdbType.SortedSet ? stream.TakeDouble() : stream.TakeTextDouble();
                    writer.Add(double.IsNaN(score) ? throw stream.Malformed("a score that is no number") : score);
                }
                break;
            case RdbType.ListQuicklist or RdbType.ListQuicklist2:
                for (long count = stream.TakeCount(); count > 0; count--)
                    ReadNode(type, writer);
                break;
            case RdbType.SetIntset:
                Check(PackedItems.Intset(stream.TakeString(), writer.Add));
                break;
            case RdbType.HashZipmap:
                Check(PackedItems.Zipmap(stream.TakeString(), writer.Add));
                break;
            case RdbType.ListZiplist or RdbType.SortedSetZiplist or RdbType.HashZiplist:
                Check(PackedItems.Ziplist(stream.TakeString(), writer.Add));
                break;
            default:
                Check(PackedItems.Listpack(stream.TakeString(), writer.Add));
                break;
        }
    }

    // A node of a quicklist holds a packed list, or (since 7.0) a single large element.
    private void ReadNode(RdbType type, ElementWriter writer)
    {
        const ulong plain = 1, packed = 2;
        if (type == RdbType.ListQuicklist)
        {
            Check(PackedItems.Ziplist(stream.TakeString(), writer.Add));
            return;
        }
        ulong container = stream.TakeLength();
        if (container == plain)
            writer.Add(stream.TakeString());
        else if (container == packed)
            Check(PackedItems.Listpack(stream.TakeString(), writer.Add));
        else
            throw stream.Malformed($"a list node of the unknown form {container}");
    }

    private void Check(string? error)
    {
        if (error is not null)
            throw stream.Malformed(error);
    }
}
