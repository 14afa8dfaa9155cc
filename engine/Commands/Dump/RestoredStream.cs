using Pkv.Engine.Execution.Bounds;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Rdb;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>The entries of a restored stream as a record of PKV.XPUT has them, off the managed heap. For one stream.</summary>
internal sealed unsafe class RestoredStream : IRdbEntries, IDisposable
{
    private readonly RdbOutput _frames = new();

    /// <summary>All entries.</summary>
    public Span<byte> Frames => _frames.Written;

    /// <summary>Adds up what is logged of it.</summary>
    public void Measure(ref KeySize size)
    {
        size.Add(StreamFacts.SummaryBytes);
        fixed (byte* frames = Frames)
        {
            for (byte* p = frames, next; p < frames + Frames.Length; p = next)
            {
                next = StreamEntry.EndOf(BulkString.Next(p), EntriesRecord.PairsOf(p));
                size.Add(next - p);
            }
        }
    }

    /// <inheritdoc/>
    public void Begin(ulong ms, ulong seq, long pairs)
    {
        if (pairs > StreamEntry.MaxPairs)
            throw new RdbFormatException("an entry of more fields than a command can have");
        byte* head = stackalloc byte[StreamEntry.HeadBytes];
        _frames.Append(new ReadOnlySpan<byte>(head, (int)(StreamEntry.WriteHead(head, new StreamId(ms, seq), (int)pairs, out _) - head)));
    }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> part)
    {
        byte* head = stackalloc byte[Integers.MaxBytes + 3];
        _frames.Append(new ReadOnlySpan<byte>(head, (int)(BulkString.WriteHeader(head, part.Length) - head)));
        _frames.Append(part);
        _frames.Append("\r\n"u8);
    }

    public void Dispose() => _frames.Dispose();
}
