using System.Runtime.InteropServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sorting;

/// <summary>
/// The patterns of SORT's BY and GET: "weight_*" names a string, "object_*->field" a field of a hash, each with the element
/// in place of the first '*'; "#" is the element. Keeps one native buffer for the resulting names.
/// </summary>
internal unsafe struct SortPattern(CommandContext context)
{
    private byte* _name;
    private int _capacity;

    /// <summary>Whether the pattern has a place for the element. What follows a zero byte does not count, as in Redis.</summary>
    public static bool HasPlace(ReadOnlySpan<byte> pattern) => PlaceIn(pattern) >= 0;

    /// <summary>The bulk string of what the pattern leads to from an element, in the pool; null: there is nothing.</summary>
    public byte* Follow(ReadOnlySpan<byte> pattern, byte* elementBulk)
    {
        if (pattern.Length > 0 && pattern[0] == '#' && (pattern.Length == 1 || pattern[1] == 0))
            return elementBulk;
        int place = PlaceIn(pattern);
        if (place < 0)
            return null;
        ReadOnlySpan<byte> behind = pattern[(place + 1)..];
        int arrow = CText(behind).IndexOf("->"u8);
        ReadOnlySpan<byte> field = default;
        // Nothing behind the arrow: it belongs to the name.
        if (arrow >= 0 && arrow + 2 < behind.Length && behind[arrow + 2] != 0)
        {
            field = behind[(arrow + 2)..];
            behind = behind[..arrow];
        }
        KeyRef key = MakeKey(pattern[..place], elementBulk, behind);
        bool found = context.Find(key, out Entry entry);
        context.CountLookup(key, found);
        return !found ? null : field.Length > 0 ? ValueOf(entry, field)
            : entry.IsString ? context.Strings.BulkOf(entry) : null;
    }

    public readonly void Dispose() => NativeMemory.Free(_name);

    private readonly byte* ValueOf(in Entry entry, ReadOnlySpan<byte> field)
    {
        if (entry.Kind != ValueKind.Hash)
            return null;
        fixed (byte* name = field)
        {
            byte* bulk = HashValue.Find(entry.Collection, context.PoolBase, name, field.Length);
            return bulk == null ? null : BulkString.Next(bulk);
        }
    }

    private KeyRef MakeKey(ReadOnlySpan<byte> before, byte* elementBulk, ReadOnlySpan<byte> behind)
    {
        byte* element = BulkString.Data(elementBulk, out int length);
        int total = before.Length + length + behind.Length;
        if (total > _capacity)
        {
            _capacity = Math.Max(256, total * 2);
            _name = (byte*)NativeMemory.Realloc(_name, (nuint)_capacity);
        }
        before.CopyTo(new Span<byte>(_name, before.Length));
        new ReadOnlySpan<byte>(element, length).CopyTo(new Span<byte>(_name + before.Length, length));
        behind.CopyTo(new Span<byte>(_name + before.Length + length, behind.Length));
        return CommandContext.MakeKey(context.Database, _name, total);
    }

    private static int PlaceIn(ReadOnlySpan<byte> pattern) => CText(pattern).IndexOf((byte)'*');

    private static ReadOnlySpan<byte> CText(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }
}
