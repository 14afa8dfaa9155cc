using System.Buffers.Binary;

namespace Pkv.Lua;

/// <summary>cmsgpack.pack. Tables nested deeper than 16 become nil, as do values of other types.</summary>
internal readonly ref struct CmsgpackEncoder
{
    private const int MaxNesting = 16;

    private readonly HostCall _call;
    private readonly ByteBuilder _out;

    private CmsgpackEncoder(HostCall call, ByteBuilder result)
    {
        _call = call;
        _out = result;
    }

    public static int Pack(HostCall call)
    {
        int count = call.Count;
        if (count == 0)
            throw call.ArgumentError(-1, "MessagePack pack needs input.");
        if (count * 2 > LuaLimits.MaxHostStack)
            throw call.ArgumentError(-1, "Too many arguments for MessagePack pack.");
        ByteBuilder result = call.State.BorrowBuilder();
        try
        {
            CmsgpackEncoder encoder = new(call, result);
            for (int i = 0; i < count; i++)
                encoder.Value(call.At(i), 0);
            return call.Return(new LuaValue(call.State.String(result.Span)));
        }
        finally
        {
            call.State.ReturnBuilder(result);
        }
    }

    private void Value(LuaValue value, int level)
    {
        _call.State.Spend(1);
        switch (value.Ref)
        {
            case null:
                Number(value.Num);
                break;
            case LuaString s:
                Text(s);
                break;
            case LuaTable table when level < MaxNesting:
                Table(table, level);
                break;
            case { Type: LuaType.Boolean }:
                Put(value.IsTrue ? (byte)0xc3 : (byte)0xc2);
                break;
            default:
                Put(0xc0);
                break;
        }
    }

    private void Put(byte value) => _out.Append(_call.State, value);

    private void Put(byte head, ulong value, int size)
    {
        Span<byte> bytes = stackalloc byte[9];
        BinaryPrimitives.WriteUInt64BigEndian(bytes[1..], value);
        bytes[8 - size] = head;
        _out.Append(_call.State, bytes[(8 - size)..]);
    }

    private void Number(double number)
    {
        if (double.IsFinite(number) && HostCall.ToInteger(number) == number && number < 9223372036854775808.0)
            Integer((long)number);
        else if ((float)number == number)
            Put(0xca, BitConverter.SingleToUInt32Bits((float)number), 4);
        else
            Put(0xcb, BitConverter.DoubleToUInt64Bits(number), 8);
    }

    private void Integer(long n)
    {
        switch (n)
        {
            case >= -32 and <= 127:
                Put((byte)n);
                break;
            case >= 0:
                if (n <= 0xff)
                    Put(0xcc, (ulong)n, 1);
                else if (n <= 0xffff)
                    Put(0xcd, (ulong)n, 2);
                else if (n <= 0xffffffff)
                    Put(0xce, (ulong)n, 4);
                else
                    Put(0xcf, (ulong)n, 8);
                break;
            case >= -128:
                Put(0xd0, (ulong)n, 1);
                break;
            case >= -32768:
                Put(0xd1, (ulong)n, 2);
                break;
            case >= -2147483648:
                Put(0xd2, (ulong)n, 4);
                break;
            default:
                Put(0xd3, (ulong)n, 8);
                break;
        }
    }

    private void Text(LuaString text)
    {
        if (text.Length < 32)
            Put((byte)(0xa0 | text.Length));
        else if (text.Length <= 0xff)
            Put(0xd9, (ulong)text.Length, 1);
        else if (text.Length <= 0xffff)
            Put(0xda, (ulong)text.Length, 2);
        else
            Put(0xdb, (ulong)text.Length, 4);
        _out.Append(_call.State, text.Span);
    }

    private void Head(int count, byte small, byte medium, byte large)
    {
        if (count <= 15)
            Put((byte)(small | count));
        else if (count <= 65535)
            Put(medium, (ulong)count, 2);
        else
            Put(large, (ulong)count, 4);
    }

    private void Table(LuaTable table, int level)
    {
        if (IsArray(table, out int count))
        {
            count = table.Length;
            Head(count, 0x90, 0xdc, 0xdd);
            for (int i = 1; i <= count; i++)
                Value(Metamethods.Index(_call.Thread, new LuaValue(table), new LuaValue(i), -1), level + 1);
            return;
        }
        Head(count, 0x80, 0xde, 0xdf);
        LuaValue key = LuaValue.Nil;
        while (table.Next(ref key, out LuaValue value) > 0)
        {
            Value(key, level + 1);
            Value(value, level + 1);
        }
    }

    // Whether the keys are 1..n.
    private bool IsArray(LuaTable table, out int count)
    {
        bool isArray = true;
        double max = 0;
        count = 0;
        LuaValue key = LuaValue.Nil;
        for (; table.Next(ref key, out _) > 0; count++)
        {
            if (!isArray)
                continue;
            if (!key.IsNumber || key.Num <= 0 || key.Num != (int)key.Num)
                isArray = false;
            else
                max = Math.Max(max, key.Num);
        }
        _call.State.Spend(count >> 2);
        return isArray && max == count;
    }
}
