using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>What XADD and XTRIM are to remove from a stream's beginning. Source: redis.io/commands/xtrim; with "~" by whole nodes, as Redis 7.0.</summary>
public readonly unsafe record struct StreamTrim
{
    private enum Rule : byte
    {
        None,
        Length,
        Id,
    }

    private Rule By { get; init; }

    private long MaxLength { get; init; }

    private StreamId MinId { get; init; }

    private bool IsAbout { get; init; }

    private long Limit { get; init; }

    /// <summary>Nothing.</summary>
    public static StreamTrim None => default;

    /// <summary>All but the last so many entries.</summary>
    /// <param name="maxLength">Entries that stay.</param>
    /// <param name="isAbout">"~": only whole nodes go.</param>
    /// <param name="limit">At most so many go; 0: no limit.</param>
    public static StreamTrim ToLength(long maxLength, bool isAbout, long limit) => new() { By = Rule.Length, MaxLength = maxLength, IsAbout = isAbout, Limit = limit };

    /// <summary>All entries with an ID below this.</summary>
    public static StreamTrim ToId(StreamId minId, bool isAbout, long limit) => new() { By = Rule.Id, MinId = minId, IsAbout = isAbout, Limit = limit };

    /// <summary>Whether something may go once the stream (null: a new one) has an entry of this ID more. False is certain.</summary>
    public bool MayRemove(Collection* stream, StreamId added, byte* pool)
    {
        bool isEmpty = stream == null || stream->Count == 0;
        if (By == Rule.Id && (added < MinId || isEmpty))
            return added < MinId;
        if (By == Rule.None || isEmpty)
            return By != Rule.None && MaxLength == 0;
        long left = First(stream, pool) + (By == Rule.Length ? 1 : 0);
        return IsAbout && left > 0 ? WholeNodes(stream, left) > 0 : left > 0;
    }

    /// <summary>The last one of the entries that are to go, which are the first ones; false: none is.</summary>
    public bool TryFind(Collection* stream, byte* pool, out StreamId last)
    {
        last = default;
        long left = First(stream, pool);
        if (IsAbout && left > 0)
            left = WholeNodes(stream, left);
        if (left <= 0)
            return false;
        last = StreamEntry.IdOf(new ElementCursor(stream->Elements, (uint)left - 1).Element, pool);
        return true;
    }

    // How many entries the rule is about.
    private long First(Collection* stream, byte* pool) =>
        By == Rule.Length ? stream->Count - MaxLength : By == Rule.Id ? stream->Elements.RankOf(StreamEntry.ProbeOf(MinId, pool)) : 0;

    // The entries of as many whole nodes as are within these first ones, and within the limit.
    private long WholeNodes(Collection* stream, long most)
    {
        long whole = 0, seen = 0;
        for (ElementCursor cursor = new(stream->Elements); ; cursor.MoveNext(), seen++)
        {
            if (seen > most)
                return whole;
            if (seen > 0 && (!cursor.IsValid || StreamEntry.BeginsNode(cursor.Element)))
            {
                if (Limit > 0 && seen > Limit)
                    return whole;
                whole = seen;
            }
            if (!cursor.IsValid)
                return whole;
        }
    }
}
