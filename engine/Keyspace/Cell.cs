using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Records;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace;

/// <summary>Key and value of a string as bulk strings of one record, in place: what the index points at is the key's.</summary>
public static unsafe class Cell
{
    /// <summary>The value's bulk string of a string in one stretch, from the key's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* ValueBulk(byte* keyBulk, ValueKind kind)
    {
        Debug.Assert(kind <= ValueKind.RawString, "only a string in one stretch has its value behind its key");
        byte* value = BulkString.Next(keyBulk);
        return kind == ValueKind.StringAfterGap ? BulkString.Next(value) : value;
    }

    /// <summary>Bytes that a key and its value need in the log: the cell, and "SET" before it.</summary>
    public static long LogBytes(byte* keyBulk, ValueKind kind) => BulkString.Next(ValueBulk(keyBulk, kind)) - keyBulk + Effects.SetHeaderBytes;
}
