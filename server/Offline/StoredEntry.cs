using Pkv.Engine.Keyspace.Streams;
using Pkv.Resp;

namespace Pkv.Server.Offline;

/// <summary>Receives an entry of a stream, in place.</summary>
public delegate void StoredEntryVisitor(in StoredEntry entry);

/// <summary>An entry of a stream.</summary>
public readonly ref struct StoredEntry
{
    /// <summary>The ID.</summary>
    public StreamId Id { get; init; }

    /// <summary>Fields with values.</summary>
    public int Pairs { get; init; }

    /// <summary>All fields and values, framed.</summary>
    public ReadOnlySpan<byte> Frames { get; init; }

    /// <summary>Takes the first argument off the frames.</summary>
    public static unsafe ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> frames)
    {
        fixed (byte* bulk = frames)
        {
            byte* data = BulkString.Data(bulk, out int length);
            ReadOnlySpan<byte> argument = frames.Slice((int)(data - bulk), length);
            frames = frames[((int)(data - bulk) + length + 2)..];
            return argument;
        }
    }
}
