using System.Buffers.Binary;

namespace Pkv.Lua;

/// <summary>The struct library: values to and from binary layouts.</summary>
internal static class StructLibrary
{
    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        LuaLibraries.Add(state, library, "pack", Pack);
        LuaLibraries.Add(state, library, "unpack", Unpack);
        LuaLibraries.Add(state, library, "size", SizeOf);
        state.SetGlobal("struct", new LuaValue(library));
    }

    private static int Pack(HostCall call)
    {
        StructFormat format = new(call, call.CheckString(0).Span);
        // C puts a nil after the arguments, which the first missing one is then said to be.
        call.SetCount(call.Count + 1);
        ByteBuilder result = call.State.BorrowBuilder();
        try
        {
            int argument = 1;
            // What C counts as the size so far: zero-terminated strings and sequences as long as they are.
            for (long total = 0; format.Next();)
            {
                long padding = format.PaddingAt(total);
                Fill(call.State, result, (int)padding);
                total += padding + PackOne(call, ref format, ref argument, result);
            }
            return call.Return(new LuaValue(call.State.String(result.Span)));
        }
        finally
        {
            call.State.ReturnBuilder(result);
        }
    }

    private static void Fill(LuaState state, ByteBuilder result, int count)
    {
        result.Reserve(state, count)[..count].Clear();
        result.Advance(count);
    }

    private static int PackOne(HostCall call, ref StructFormat format, ref int argument, ByteBuilder result)
    {
        Span<byte> bytes = stackalloc byte[8];
        switch (format.Option)
        {
            case 'b' or 'B' or 'h' or 'H' or 'l' or 'L' or 'T' or 'i' or 'I':
                PutInteger(call.State, ToBits(call.CheckNumber(argument++)), in format, result);
                return format.Size;
            case 'x':
                result.Append(call.State, 0);
                return 1;
            case 'f':
                BinaryPrimitives.WriteSingleLittleEndian(bytes, (float)call.CheckNumber(argument++));
                Put(call.State, bytes[..4], format.IsBig, result);
                return 4;
            case 'd':
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, call.CheckNumber(argument++));
                Put(call.State, bytes, format.IsBig, result);
                return 8;
            case 'c' or 's':
                LuaString text = call.CheckString(argument++);
                int size = format.Size == 0 ? text.Length : format.Size;
                if (text.Length < size)
                    throw call.ArgumentError(argument, "string too short");
                result.Append(call.State, text.Span[..size]);
                if (format.Option == 'c')
                    return size;
                result.Append(call.State, 0);
                return size + 1;
            default:
                format.Control();
                return 0;
        }
    }

    private static ulong ToBits(double number)
    {
        if (number < 9223372036854775808.0 || double.IsNaN(number))
            return (ulong)HostCall.ToInteger(number);
        return number < 18446744073709551616.0 ? (ulong)number : 0;
    }

    private static void PutInteger(LuaState state, ulong value, in StructFormat format, ByteBuilder result)
    {
        Span<byte> bytes = stackalloc byte[format.Size];
        for (int i = 0; i < bytes.Length; i++, value >>= 8)
            bytes[i] = (byte)value;
        Put(state, bytes, format.IsBig, result);
    }

    private static void Put(LuaState state, Span<byte> littleEndian, bool isBig, ByteBuilder result)
    {
        if (isBig)
            littleEndian.Reverse();
        result.Append(state, littleEndian);
    }

    private static int Unpack(HostCall call)
    {
        StructFormat format = new(call, call.CheckString(0).Span);
        LuaString data = call.CheckString(1);
        long at = call.OptionalInteger(2, 1);
        if (at == 0)
            throw call.ArgumentError(2, "offset must be 1 or greater");
        at--;
        int first = call.Thread.Top;
        while (format.Next())
        {
            // Below zero is far beyond the end, as for C's unsigned sizes.
            at = at < 0 ? long.MaxValue / 2 : at + format.PaddingAt(at);
            CheckRoom(call, data, at, format.Size);
            call.CheckStack(2, "too many results");
            at += UnpackOne(call, ref format, data, (int)at, first);
        }
        call.Push(new LuaValue(at + 1));
        return call.Thread.Top - first;
    }

    private static void CheckRoom(HostCall call, LuaString data, long at, long size)
    {
        if (size > data.Length || at > data.Length - size)
            throw call.ArgumentError(1, "data string too short");
    }

    private static long UnpackOne(HostCall call, ref StructFormat format, LuaString data, int at, int firstResult)
    {
        ReadOnlySpan<byte> bytes = data.Span.Slice(at, format.Size);
        switch (format.Option)
        {
            case 'b' or 'B' or 'h' or 'H' or 'l' or 'L' or 'T' or 'i' or 'I':
                call.Push(new LuaValue(GetInteger(bytes, format.IsBig, char.IsAsciiLetterLower(format.Option))));
                return format.Size;
            case 'x':
                return 1;
            case 'f':
                call.Push(new LuaValue(format.IsBig ? BinaryPrimitives.ReadSingleBigEndian(bytes) : BinaryPrimitives.ReadSingleLittleEndian(bytes)));
                return 4;
            case 'd':
                call.Push(new LuaValue(format.IsBig ? BinaryPrimitives.ReadDoubleBigEndian(bytes) : BinaryPrimitives.ReadDoubleLittleEndian(bytes)));
                return 8;
            case 'c':
                long size = format.Size == 0 ? TakeSize(call, data, at, firstResult) : format.Size;
                call.Push(new LuaValue(call.State.String(data.Span.Slice(at, (int)size))));
                return size;
            case 's':
                int end = data.Span[at..].IndexOf((byte)0);
                if (end < 0)
                    throw call.Error("unfinished string in data");
                call.Push(new LuaValue(call.State.String(data.Span.Slice(at, end))));
                return end + 1;
            default:
                format.Control();
                return 0;
        }
    }

    // "c0": as many bytes as the result before it says, which it replaces.
    private static long TakeSize(HostCall call, LuaString data, int at, int firstResult)
    {
        LuaThread thread = call.Thread;
        if (thread.Top == firstResult || !Arithmetic.TryToNumber(in thread.Stack[thread.Top - 1], out double size))
            throw call.Error("format 'c0' needs a previous size");
        thread.Top--;
        ulong count = ToBits(size);
        CheckRoom(call, data, at, count > int.MaxValue ? int.MaxValue : (long)count);
        return (long)count;
    }

    private static double GetInteger(ReadOnlySpan<byte> bytes, bool isBig, bool isSigned)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length; i++)
            value = (value << 8) | bytes[isBig ? i : bytes.Length - 1 - i];
        if (!isSigned)
            return value;
        ulong mask = ulong.MaxValue << ((bytes.Length * 8) - 1);
        return (long)((value & mask) != 0 ? value | mask : value);
    }

    private static int SizeOf(HostCall call)
    {
        StructFormat format = new(call, call.CheckString(0).Span);
        long at = 0;
        while (format.Next())
        {
            at += format.PaddingAt(at);
            if (format.Option == 's')
                throw call.ArgumentError(0, "option 's' has no fixed size");
            if (format.Option == 'c' && format.Size == 0)
                throw call.ArgumentError(0, "option 'c0' has no fixed size");
            if (!char.IsAsciiLetterOrDigit(format.Option))
                format.Control();
            at += format.Size;
        }
        return call.Return(at);
    }
}
