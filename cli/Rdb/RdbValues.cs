using Pkv.Cli.Import;
using Pkv.Engine.Rdb;

namespace Pkv.Cli.Rdb;

/// <summary>
/// Reads one value of an RDB file, in any of its encodings, into the commands that make it. What nobody wants is read, and
/// so checked, all the same.
/// </summary>
internal sealed class RdbValues(RdbInput stream) : IDisposable
{
    private readonly CommandBuilder _builder = new();

    /// <summary>As TYPE names it, and the command that makes it (null: none does).</summary>
    public static (string Name, string? Command) KindOf(RdbType type) => RdbElements.KindOf(type) switch
    {
        RdbKind.String => ("string", "SET"),
        RdbKind.List => ("list", "RPUSH"),
        RdbKind.Set => ("set", "SADD"),
        RdbKind.SortedSet => ("zset", "ZADD"),
        RdbKind.Hash => ("hash", "HSET"),
        RdbKind.Stream => ("stream", null),
        RdbKind.Module => ("module", null),
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
        using ElementWriter writer = new(_builder);
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
        writer.Begin(sink, command!, key, perElement: isSorted || name == "hash" ? 2 : 1, swaps: isSorted, isUnique: name != "list");
        RdbElements.Read(stream, type, writer);
    }
}
