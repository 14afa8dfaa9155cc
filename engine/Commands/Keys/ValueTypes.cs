using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Commands.Keys;

/// <summary>The names of types, as TYPE and SCAN's TYPE option know them.</summary>
internal static class ValueTypes
{
    public static ReadOnlySpan<byte> NameOf(ValueKind kind) => kind switch
    {
        ValueKind.Hash => "hash"u8,
        ValueKind.List => "list"u8,
        ValueKind.Set => "set"u8,
        ValueKind.SortedSet => "zset"u8,
        ValueKind.Stream => "stream"u8,
        _ => "string"u8,
    };
}
