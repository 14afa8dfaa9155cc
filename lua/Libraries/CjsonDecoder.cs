using System.Runtime.CompilerServices;
using System.Text;

namespace Pkv.Lua;

/// <summary>cjson.decode, with its errors and its leniency towards numbers. Text ends at a zero byte.</summary>
internal ref struct CjsonDecoder
{
    private const int SlotsPerLevel = 3;

    private readonly HostCall _call;
    private readonly CjsonOptions _options;
    private readonly ReadOnlySpan<byte> _text;
    private readonly ByteBuilder _string;
    private int _at, _depth, _tokenAt;
    private JsonToken _token;
    private double _number;
    private string _error = "";

    private CjsonDecoder(HostCall call, CjsonOptions options, ReadOnlySpan<byte> text, ByteBuilder buffer)
    {
        _call = call;
        _options = options;
        _text = text;
        _string = buffer;
    }

    public static int Decode(HostCall call, CjsonOptions options)
    {
        if (call.Count != 1)
            throw call.ArgumentError(0, "expected 1 argument");
        LuaString text = call.CheckString(0);
        if (text.Length >= 2 && (text.Bytes[0] == 0 || text.Bytes[1] == 0))
            throw call.Error("JSON parser does not support UTF-16 or UTF-32");
        ByteBuilder buffer = call.State.BorrowBuilder();
        try
        {
            CjsonDecoder decoder = new(call, options, text.Span, buffer);
            decoder.Next();
            LuaValue value = decoder.Value();
            decoder.Next();
            if (decoder._token != JsonToken.End)
                throw decoder.Unexpected("the end");
            return call.Return(value);
        }
        finally
        {
            call.State.ReturnBuilder(buffer);
        }
    }

    private readonly LuaException Unexpected(string expected)
    {
        string found = _token switch
        {
            JsonToken.Error => _error,
            JsonToken.ObjectBegin => "T_OBJ_BEGIN",
            JsonToken.ObjectEnd => "T_OBJ_END",
            JsonToken.ArrayBegin => "T_ARR_BEGIN",
            JsonToken.ArrayEnd => "T_ARR_END",
            JsonToken.True or JsonToken.False => "T_BOOLEAN",
            _ => $"T_{_token.ToString().ToUpperInvariant()}",
        };
        return _call.Error($"Expected {expected} but found {found} at character {_tokenAt + 1}");
    }

    private LuaValue Value()
    {
        _call.State.Spend(1);
        return _token switch
        {
            JsonToken.String => new LuaValue(_call.State.String(_string.Span)),
            JsonToken.Number => new LuaValue(_number),
            JsonToken.True => LuaValue.Boolean(true),
            JsonToken.False => LuaValue.Boolean(false),
            JsonToken.Null => LuaValue.NullPointer,
            JsonToken.ObjectBegin => Object(),
            JsonToken.ArrayBegin => Array(),
            _ => throw Unexpected("value"),
        };
    }

    private void Descend()
    {
        if (++_depth > _options.DecodeMaxDepth || _depth * SlotsPerLevel > LuaLimits.MaxHostStack || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw _call.Error($"Found too many nested data structures ({_depth}) at character {_at}");
    }

    private LuaValue Object()
    {
        Descend();
        LuaTable table = _call.State.NewTable();
        Next();
        while (_token != JsonToken.ObjectEnd)
        {
            if (_token != JsonToken.String)
                throw Unexpected("object key string");
            LuaValue key = new(_call.State.String(_string.Span));
            Next();
            if (_token != JsonToken.Colon)
                throw Unexpected("colon");
            Next();
            LuaValue value = Value();
            table.Place(in key) = value;
            Next();
            if (_token == JsonToken.ObjectEnd)
                break;
            if (_token != JsonToken.Comma)
                throw Unexpected("comma or object end");
            Next();
            if (_token == JsonToken.ObjectEnd)
                throw Unexpected("object key string");
        }
        _depth--;
        return new LuaValue(table);
    }

    private LuaValue Array()
    {
        Descend();
        LuaTable table = _call.State.NewTable();
        Next();
        for (int i = 1; _token != JsonToken.ArrayEnd; i++)
        {
            LuaValue value = Value();
            table.PlaceIndex(i) = value;
            Next();
            if (_token == JsonToken.ArrayEnd)
                break;
            if (_token != JsonToken.Comma)
                throw Unexpected("comma or array end");
            Next();
            if (_token == JsonToken.ArrayEnd)
                throw Unexpected("value");
        }
        _depth--;
        return new LuaValue(table);
    }

    private readonly byte Peek(int ahead = 0) => _at + ahead < _text.Length ? _text[_at + ahead] : (byte)0;

    private void Next()
    {
        while (Peek() is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
            _at++;
        _tokenAt = _at;
        _token = (char)Peek() switch
        {
            '{' => JsonToken.ObjectBegin,
            '}' => JsonToken.ObjectEnd,
            '[' => JsonToken.ArrayBegin,
            ']' => JsonToken.ArrayEnd,
            ':' => JsonToken.Colon,
            ',' => JsonToken.Comma,
            '\0' => JsonToken.End,
            '"' or '-' or '+' or (>= '0' and <= '9') or 'f' or 'i' or 'I' or 'n' or 'N' or 't' => JsonToken.Unknown,
            _ => JsonToken.Error,
        };
        if (_token == JsonToken.Error)
            Fail("invalid token");
        else if (_token == JsonToken.Unknown)
            Long();
        else if (_token != JsonToken.End)
            _at++;
    }

    private void Fail(string error)
    {
        _token = JsonToken.Error;
        _tokenAt = _at;
        _error = error;
    }

    private void Long()
    {
        byte c = Peek();
        if (c == '"')
            QuotedString();
        else if (c is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
        {
            if (_options.DecodeInvalidNumbers == 0 && IsInvalidNumber())
                Fail("invalid number");
            else
                Number();
        }
        else if (_text[_at..].StartsWith("true"u8))
            Word(JsonToken.True, 4);
        else if (_text[_at..].StartsWith("false"u8))
            Word(JsonToken.False, 5);
        else if (_text[_at..].StartsWith("null"u8))
            Word(JsonToken.Null, 4);
        else if (_options.DecodeInvalidNumbers != 0 && IsInvalidNumber())
            Number();
        else
            Fail("invalid token");
    }

    private void Word(JsonToken token, int length)
    {
        _token = token;
        _at += length;
    }

    // Numbers that JSON does not have: +, hexadecimal, leading zeros, inf and nan.
    private readonly bool IsInvalidNumber()
    {
        if (Peek() == '+')
            return true;
        int ahead = Peek() == '-' ? 1 : 0;
        byte first = Peek(ahead), second = Peek(ahead + 1);
        if (first == '0')
            return (second | 32) == 'x' || second is >= (byte)'0' and <= (byte)'9';
        if (first <= '9')
            return false;
        ReadOnlySpan<byte> word = [(byte)(first | 32), (byte)(second | 32), (byte)(Peek(ahead + 2) | 32)];
        return word.SequenceEqual("inf"u8) || word.SequenceEqual("nan"u8);
    }

    private void Number()
    {
        int length = NumberReader.ReadPrefix(_text[_at..], out _number);
        if (length == 0)
        {
            Fail("invalid number");
            return;
        }
        _token = JsonToken.Number;
        _at += length;
    }

    private void QuotedString()
    {
        LuaState state = _call.State;
        _string.Clear();
        _at++;
        while (true)
        {
            int plain = _text[_at..].IndexOfAny((byte)'"', (byte)'\\', (byte)0);
            plain = plain < 0 ? _text.Length - _at : plain;
            _string.Append(state, _text.Slice(_at, plain));
            _at += plain;
            switch (Peek())
            {
                case (byte)'"':
                    _at++;
                    _token = JsonToken.String;
                    return;
                case 0:
                    Fail("unexpected end of string");
                    return;
                default:
                    if (!Escape(state))
                        return;
                    break;
            }
        }
    }

    private bool Escape(LuaState state)
    {
        byte c = Peek(1);
        if (c == 'u')
        {
            if (UnicodeEscape(state))
                return true;
            Fail("invalid unicode escape code");
            return false;
        }
        int which = "\"\\/bfnrt".IndexOf((char)c, StringComparison.Ordinal);
        if (which < 0)
        {
            Fail("invalid escape code");
            return false;
        }
        _string.Append(state, (byte)"\"\\/\b\f\n\r\t"[which]);
        _at += 2;
        return true;
    }

    private bool UnicodeEscape(LuaState state)
    {
        int code = Hex4(2), length = 6;
        if (code < 0)
            return false;
        if ((code & 0xF800) == 0xD800)
        {
            if ((code & 0x400) != 0 || Peek(6) != '\\' || Peek(7) != 'u')
                return false;
            int low = Hex4(8);
            if (low < 0 || (low & 0xFC00) != 0xDC00)
                return false;
            code = (((code & 0x3FF) << 10) | (low & 0x3FF)) + 0x10000;
            length = 12;
        }
        Span<byte> utf8 = stackalloc byte[4];
        _string.Append(state, utf8[..new Rune(code).EncodeToUtf8(utf8)]);
        _at += length;
        return true;
    }

    private readonly int Hex4(int ahead)
    {
        int value = 0;
        for (int i = 0; i < 4; i++)
        {
            char c = (char)Peek(ahead + i);
            if (!char.IsAsciiHexDigit(c))
                return -1;
            value = (value << 4) | (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
        }
        return value;
    }

    private enum JsonToken
    {
        ObjectBegin,
        ObjectEnd,
        ArrayBegin,
        ArrayEnd,
        String,
        Number,
        True,
        False,
        Null,
        Colon,
        Comma,
        End,
        Unknown,
        Error,
    }
}
