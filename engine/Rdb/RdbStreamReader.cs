using System.Buffers.Binary;

namespace Pkv.Engine.Rdb;

/// <summary>Reads a stream: nodes of entries, each a listpack under the ID of its first one, and what the stream tells of itself.</summary>
public static class RdbStreamReader
{
    private const int IdBytes = 16;

    /// <summary>Hands over the entries of the stream that comes next, up to its groups.</summary>
    /// <returns>What it tells of itself.</returns>
    public static RdbStreamState Read(RdbInput input, RdbType type, IRdbEntries entries)
    {
        using RdbStreamNode node = new(entries);
        for (long nodes = input.TakeCount(); nodes > 0; nodes--)
        {
            ReadOnlySpan<byte> id = input.TakeString();
            if (id.Length != IdBytes)
                throw input.Malformed("a node of a stream without an ID");
            node.Begin(BinaryPrimitives.ReadUInt64BigEndian(id), BinaryPrimitives.ReadUInt64BigEndian(id[sizeof(ulong)..]));
            if ((PackedItems.Listpack(input.TakeString(), node.Add) ?? node.End()) is { } error)
                throw input.Malformed(error);
        }
        ulong length = input.TakeLength();
        RdbStreamState state = new() { LastMs = input.TakeLength(), LastSeq = input.TakeLength(), Added = length };
        if (type == RdbType.Stream2)
        {
            // The first ID follows from the entries.
            input.TakeLength();
            input.TakeLength();
            state = state with { DeletedMs = input.TakeLength(), DeletedSeq = input.TakeLength(), Added = input.TakeLength() };
        }
        bool isLast = node.LastMs < state.LastMs || (node.LastMs == state.LastMs && node.LastSeq <= state.LastSeq);
        if (length != node.Entries || !isLast)
            throw input.Malformed("a stream that does not tell its length or its last ID");
        return state with { Groups = input.TakeCount() };
    }
}

/// <summary>What a stream tells of itself.</summary>
public readonly record struct RdbStreamState
{
    public ulong LastMs { get; init; }
    public ulong LastSeq { get; init; }

    /// <summary>The largest ID that XDEL removed.</summary>
    public ulong DeletedMs { get; init; }

    /// <inheritdoc cref="DeletedMs"/>
    public ulong DeletedSeq { get; init; }

    /// <summary>Entries ever added.</summary>
    public ulong Added { get; init; }

    /// <summary>Consumer groups that follow.</summary>
    public long Groups { get; init; }
}
