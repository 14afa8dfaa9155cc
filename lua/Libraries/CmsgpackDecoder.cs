using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>cmsgpack.unpack: one value after the other from bytes.</summary>
internal ref struct CmsgpackDecoder(HostCall call, ReadOnlySpan<byte> bytes)
{
    // C Lua's stack has a table and a key for each level.
    private const int MaxDepth = LuaLimits.MaxHostStack / 2;

    private readonly HostCall _call = call;
    private ReadOnlySpan<byte> _left = bytes;
    private int _depth = 0;

    public readonly int Left => _left.Length;

    public LuaValue Value()
    {
        _call.State.Spend(1);
        byte head = Take(1)[0];
        switch (head)
        {
            case 0xc0:
                return LuaValue.Nil;
            case 0xc2 or 0xc3:
                return LuaValue.Boolean(head == 0xc3);
            case 0xca:
                return new LuaValue(BinaryPrimitives.ReadSingleBigEndian(Take(4)));
            case 0xcb:
                return new LuaValue(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
            case >= 0xcc and <= 0xcf:
                // Unsigned numbers of 64 bits come out signed, as in Redis.
                return new LuaValue((long)Unsigned(1 << (head - 0xcc)));
            case >= 0xd0 and <= 0xd3:
                int size = 1 << (head - 0xd0);
                return new LuaValue((long)(Unsigned(size) << (64 - (size * 8))) >> (64 - (size * 8)));
            case >= 0xd9 and <= 0xdb:
                return Text(Unsigned(1 << (head - 0xd9)));
            case 0xdc or 0xdd:
                return Array(Unsigned(head == 0xdc ? 2 : 4));
            case 0xde or 0xdf:
                return Map(Unsigned(head == 0xde ? 2 : 4));
            case < 0x80 or >= 0xe0:
                return new LuaValue((sbyte)head);
            case < 0x90:
                return Map(head & 15u);
            case < 0xa0:
                return Array(head & 15u);
            case < 0xc0:
                return Text(head & 31u);
            default:
                throw _call.Error("Bad data format in input.");
        }
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_left.Length)
            throw _call.Error("Missing bytes in input.");
        ReadOnlySpan<byte> taken = _left[..(int)count];
        _left = _left[(int)count..];
        return taken;
    }

    private ulong Unsigned(int size)
    {
        ulong value = 0;
        foreach (byte b in Take((ulong)size))
            value = (value << 8) | b;
        return value;
    }

    private LuaValue Text(ulong length) => new(_call.State.String(Take(length)));

    private void Descend(string function)
    {
        if (++_depth >= MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw _call.Error($"stack overflow ({function})");
    }

    private LuaValue Array(ulong count)
    {
        Descend("in function mp_decode_to_lua_array");
        LuaTable table = _call.State.NewTable();
        for (ulong i = 1; i <= count; i++)
        {
            LuaValue key = new(i), item = Value();
            table.Place(in key) = item;
        }
        _depth--;
        return new LuaValue(table);
    }

    private LuaValue Map(ulong count)
    {
        Descend("in function mp_decode_to_lua_hash");
        LuaTable table = _call.State.NewTable();
        for (; count > 0; count--)
        {
            LuaValue key = Value(), item = Value();
            _call.State.PlaceFor(table, in key) = item;
        }
        _depth--;
        return new LuaValue(table);
    }
}
