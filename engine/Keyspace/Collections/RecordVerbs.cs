namespace Pkv.Engine.Keyspace.Collections;

/// <summary>The commands of the log that are about collections, and what they are about.</summary>
public static class RecordVerbs
{
    /// <summary>The longest name.</summary>
    public const int MaxNameBytes = 8;

    /// <summary>The verb that puts elements of this kind where none are told by place.</summary>
    public static RecordVerb PutOf(ValueKind kind) => kind switch
    {
        ValueKind.Hash => RecordVerb.PutFields,
        ValueKind.Set => RecordVerb.PutMembers,
        ValueKind.SortedSet => RecordVerb.PutScored,
        _ => RecordVerb.PutPlaced,
    };

    /// <summary>The verb that removes elements of this kind.</summary>
    public static RecordVerb RemoveOf(ValueKind kind) => kind switch
    {
        ValueKind.Hash => RecordVerb.RemoveFields,
        ValueKind.Set => RecordVerb.RemoveMembers,
        ValueKind.SortedSet => RecordVerb.RemoveScored,
        _ => RecordVerb.Cut,
    };

    public static ValueKind KindOf(RecordVerb verb) => verb switch
    {
        RecordVerb.PutFields or RecordVerb.RemoveFields => ValueKind.Hash,
        RecordVerb.PutMembers or RecordVerb.RemoveMembers => ValueKind.Set,
        RecordVerb.PutScored or RecordVerb.RemoveScored => ValueKind.SortedSet,
        RecordVerb.AppendEntry or RecordVerb.PutEntries or RecordVerb.PutFacts or RecordVerb.CutEntries => ValueKind.Stream,
        _ => ValueKind.List,
    };

    public static bool Removes(RecordVerb verb) => verb >= RecordVerb.RemoveFields;

    /// <summary>Whether a record may have so many bulk strings behind its key.</summary>
    public static bool Takes(RecordVerb verb, int bulks) => verb switch
    {
        RecordVerb.PutRun => bulks >= 2,
        RecordVerb.AppendEntry => bulks >= 3,
        _ => bulks > 0 && bulks % BulksPerElement(verb) == 0,
    };

    /// <summary>Bulk strings that make one element, or one removal; of a stream's entries that tells each itself.</summary>
    public static int BulksPerElement(RecordVerb verb) =>
        verb is RecordVerb.PutFields or RecordVerb.PutScored or RecordVerb.PutPlaced or RecordVerb.Cut or RecordVerb.PutFacts or RecordVerb.CutEntries ? 2 : 1;

    /// <summary>The name under which the server writes it.</summary>
    public static ReadOnlySpan<byte> NameOf(RecordVerb verb) => verb switch
    {
        RecordVerb.PutFields => "HSET"u8,
        RecordVerb.PutMembers => "SADD"u8,
        RecordVerb.PutScored => "ZADD"u8,
        RecordVerb.PushHead => "LPUSH"u8,
        RecordVerb.PushTail => "RPUSH"u8,
        RecordVerb.PutPlaced => "PKV.LPUT"u8,
        RecordVerb.PutRun => "PKV.LRUN"u8,
        RecordVerb.RemoveFields => "HDEL"u8,
        RecordVerb.RemoveMembers => "SREM"u8,
        RecordVerb.RemoveScored => "ZREM"u8,
        RecordVerb.AppendEntry => "XADD"u8,
        RecordVerb.PutEntries => "PKV.XPUT"u8,
        RecordVerb.PutFacts => "PKV.XSET"u8,
        RecordVerb.CutEntries => "PKV.XCUT"u8,
        _ => "PKV.LCUT"u8,
    };

    /// <summary>The verb of a command, in any letter case; none: it is about no collection.</summary>
    public static RecordVerb Of(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 4:
                return Is(name, "HSET"u8) ? RecordVerb.PutFields : Is(name, "SADD"u8) ? RecordVerb.PutMembers
                    : Is(name, "ZADD"u8) ? RecordVerb.PutScored : Is(name, "HDEL"u8) ? RecordVerb.RemoveFields
                    : Is(name, "XADD"u8) ? RecordVerb.AppendEntry : Is(name, "SREM"u8) ? RecordVerb.RemoveMembers : Is(name, "ZREM"u8) ? RecordVerb.RemoveScored : RecordVerb.None;
            case 5:
                return Is(name, "LPUSH"u8) ? RecordVerb.PushHead : Is(name, "RPUSH"u8) ? RecordVerb.PushTail
                    : Is(name, "HMSET"u8) ? RecordVerb.PutFields : RecordVerb.None;
            case 6:
                return Is(name, "HSETNX"u8) ? RecordVerb.PutFields : Is(name, "LPUSHX"u8) ? RecordVerb.PushHead
                    : Is(name, "RPUSHX"u8) ? RecordVerb.PushTail : RecordVerb.None;
            case MaxNameBytes:
                return Is(name, "PKV.LPUT"u8) ? RecordVerb.PutPlaced : Is(name, "PKV.LRUN"u8) ? RecordVerb.PutRun : Is(name, "PKV.LCUT"u8) ? RecordVerb.Cut
                    : Is(name, "PKV.XPUT"u8) ? RecordVerb.PutEntries : Is(name, "PKV.XSET"u8) ? RecordVerb.PutFacts
                    : Is(name, "PKV.XCUT"u8) ? RecordVerb.CutEntries : RecordVerb.None;
            default:
                return RecordVerb.None;
        }
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => System.Text.Ascii.EqualsIgnoreCase(text, name);
}
