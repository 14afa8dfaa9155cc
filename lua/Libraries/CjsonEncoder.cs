using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>cjson.encode: tables with keys 1..n as arrays, others as objects, no metamethods.</summary>
internal readonly ref struct CjsonEncoder
{
    // Slots of C Lua's stack for each level, of which a host function has a limited number.
    private const int SlotsPerLevel = 3;

    private readonly HostCall _call;
    private readonly CjsonOptions _options;
    private readonly ByteBuilder _json;

    private CjsonEncoder(HostCall call, CjsonOptions options, ByteBuilder json)
    {
        _call = call;
        _options = options;
        _json = json;
    }

    public static int Encode(HostCall call, CjsonOptions options)
    {
        if (call.Count != 1)
            throw call.ArgumentError(0, "expected 1 argument");
        ByteBuilder json = call.State.BorrowBuilder();
        try
        {
            new CjsonEncoder(call, options, json).Value(call.At(0), 0);
            return call.Return(new LuaValue(call.State.String(json.Span)));
        }
        finally
        {
            call.State.ReturnBuilder(json);
        }
    }

    private void Value(LuaValue value, int depth)
    {
        _call.State.Spend(1);
        switch (value.Ref)
        {
            case null:
                Number(value.Num);
                break;
            case LuaString s:
                Quote(s.Span);
                break;
            case LuaTable table:
                Table(table, depth + 1);
                break;
            case { Type: LuaType.Nil or LuaType.LightUserdata }:
                Put("null"u8);
                break;
            case { Type: LuaType.Boolean }:
                Put(value.IsTrue ? "true"u8 : "false"u8);
                break;
            default:
                throw Refuse(value, "type not supported");
        }
    }

    private LuaException Refuse(LuaValue value, string reason) => _call.Error($"Cannot serialise {value.TypeName}: {reason}");

    private void Put(ReadOnlySpan<byte> bytes) => _json.Append(_call.State, bytes);

    private void Put(char c) => _json.Append(_call.State, (byte)c);

    private void Table(LuaTable table, int depth)
    {
        if (depth > _options.EncodeMaxDepth || depth * SlotsPerLevel > LuaLimits.MaxHostStack || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw _call.Error($"Cannot serialise, excessive depth ({depth})");
        int length = ArrayLength(table);
        if (length > 0)
            Items(table, length, depth);
        else
            Fields(table, depth);
    }

    // -1 where a key is no positive integer.
    private int ArrayLength(LuaTable table)
    {
        int max = 0, items = 0;
        LuaValue key = LuaValue.Nil;
        while (table.Next(ref key, out _) > 0)
        {
            if (!key.IsNumber || key.Num < 1 || Math.Floor(key.Num) != key.Num)
                return -1;
            // Beyond 31 bits C's conversion gives the least number, and the table becomes an object.
            max = key.Num > max ? key.Num <= int.MaxValue ? (int)key.Num : int.MinValue : max;
            items++;
        }
        _call.State.Spend(items >> 2);
        if (_options.SparseRatio <= 0 || max <= (long)items * _options.SparseRatio || max <= _options.SparseSafe)
            return max;
        return _options.SparseConvert != 0 ? -1 : throw Refuse(new LuaValue(table), "excessively sparse array");
    }

    private void Items(LuaTable table, int length, int depth)
    {
        Put('[');
        for (int i = 1; i <= length; i++)
        {
            if (i > 1)
                Put(',');
            Value(table.FindIndex(i), depth);
        }
        Put(']');
    }

    private void Fields(LuaTable table, int depth)
    {
        Put('{');
        LuaValue key = LuaValue.Nil;
        bool isFirst = true;
        while (table.Next(ref key, out LuaValue value) > 0)
        {
            if (!isFirst)
                Put(',');
            isFirst = false;
            if (key.IsNumber)
            {
                Put('"');
                Number(key.Num);
                Put('"');
            }
            else if (key.Ref is LuaString name)
                Quote(name.Span);
            else
                throw Refuse(key, "table key must be a number or string");
            Put(':');
            Value(value, depth);
        }
        Put('}');
    }

    private void Number(double number)
    {
        if (!double.IsFinite(number) && _options.EncodeInvalidNumbers != 1)
        {
            if (_options.EncodeInvalidNumbers == 0)
                throw Refuse(new LuaValue(number), "must not be NaN or Inf");
            Put("null"u8);
            return;
        }
        if (double.IsNaN(number))
        {
            Put("nan"u8);
            return;
        }
        Span<byte> text = _json.Reserve(_call.State, NumberWriter.MaxLength);
        _json.Advance(_options.NumberPrecision == 14
            ? NumberWriter.WriteShort(number, text)
            : NumberWriter.WriteGeneral(number, _options.NumberPrecision, isUpper: false, isAlternate: false, text));
    }

    private void Quote(ReadOnlySpan<byte> text)
    {
        Put('"');
        while (text.Length > 0)
        {
            int plain = PlainLength(text);
            Put(text[..plain]);
            if (plain == text.Length)
                break;
            Escape(text[plain]);
            text = text[(plain + 1)..];
        }
        Put('"');
    }

    private static int PlainLength(ReadOnlySpan<byte> text)
    {
        int at = 0;
        while (at < text.Length && text[at] >= 32 && text[at] is not ((byte)'"' or (byte)'\\' or (byte)'/' or 127))
            at++;
        return at;
    }

    private void Escape(byte c)
    {
        Put('\\');
        char letter = (char)c switch
        {
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            '"' or '\\' or '/' => (char)c,
            _ => 'u',
        };
        Put(letter);
        if (letter != 'u')
            return;
        Put("00"u8);
        Put("0123456789abcdef"[c >> 4]);
        Put("0123456789abcdef"[c & 15]);
    }
}
