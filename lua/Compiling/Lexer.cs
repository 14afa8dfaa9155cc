using System.Text;

namespace Pkv.Lua;

/// <summary>Cuts a chunk into tokens. The text of the current token stays in a buffer, because messages quote it as it was written.</summary>
internal sealed class Lexer
{
    public static readonly string[] Texts =
    [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat",
        "return", "then", "true", "until", "while", "..", "...", "==", ">=", "<=", "~=", "<number>", "<name>", "<string>", "<eof>",
    ];

    private const int EndOfInput = -1;

    private readonly CompileContext _context;
    private readonly ReadOnlyMemory<byte> _source;
    private byte[] _buffer = new byte[64];
    private int _length, _at, _current;

    public Lexer(CompileContext context, ReadOnlyMemory<byte> source)
    {
        _context = context;
        _source = source;
        Advance();
    }

    public int Line { get; private set; } = 1;

    public int LastLine { get; private set; } = 1;

    public Token Token { get; private set; }

    public double Number { get; private set; }

    /// <summary>The name or string of the current token.</summary>
    public LuaString Text { get; private set; } = null!;

    private Token? _ahead;
    private double _aheadNumber;
    private LuaString? _aheadText;

    public void Next()
    {
        LastLine = Line;
        if (_ahead is { } ahead)
        {
            Token = ahead;
            Number = _aheadNumber;
            Text = _aheadText!;
            _ahead = null;
            return;
        }
        Token = Scan();
    }

    /// <summary>The token after the current one, which stays current.</summary>
    public Token LookAhead()
    {
        (double number, LuaString text) = (Number, Text);
        _ahead = Scan();
        (_aheadNumber, _aheadText) = (Number, Text);
        (Number, Text) = (number, text);
        return _ahead.Value;
    }

    public LuaException SyntaxError(string message) => Error(message, Token);

    public LuaException Error(string message, Token? near)
    {
        string text = $"{ChunkName.Display(_context.Source)}:{Line}: {message}";
        if (near is { } token)
            text += $" near '{Describe(token)}'";
        return _context.Error(text);
    }

    private string Describe(Token token)
    {
        if (token is not (Token.Name or Token.String or Token.Number))
            return NameOf(token);
        int end = Array.IndexOf(_buffer, (byte)0, 0, _length);
        return Encoding.Latin1.GetString(_buffer, 0, end < 0 ? _length : end);
    }

    public static string NameOf(Token token)
    {
        if (token >= Token.And)
            return Texts[token - Token.And];
        return (int)token is < 32 or 127 ? $"char({(int)token})" : ((char)token).ToString();
    }

    private void Advance()
    {
        ReadOnlySpan<byte> source = _source.Span;
        _current = _at < source.Length ? source[_at] : EndOfInput;
        _at++;
    }

    private void Save(int c)
    {
        if (_length == _buffer.Length)
        {
            _context.Charge(_length);
            Array.Resize(ref _buffer, _length * 2);
        }
        _buffer[_length++] = (byte)c;
    }

    private void SaveAndAdvance()
    {
        Save(_current);
        Advance();
    }

    private bool TakeAny(char a, char b)
    {
        if (_current != a && _current != b)
            return false;
        SaveAndAdvance();
        return true;
    }

    private bool IsNewline => _current is '\n' or '\r';

    private void NextLine()
    {
        int old = _current;
        Advance();
        if (IsNewline && _current != old)
            Advance();
        Line++;
    }

    private Token Scan()
    {
        _length = 0;
        while (true)
        {
            switch (_current)
            {
                case '\n' or '\r':
                    NextLine();
                    continue;
                case ' ' or '\t' or '\v' or '\f':
                    Advance();
                    continue;
                case '-':
                    Advance();
                    if (_current != '-')
                        return (Token)'-';
                    Advance();
                    SkipComment();
                    continue;
                case EndOfInput:
                    return Token.EndOfStream;
                default:
                    return ScanToken();
            }
        }
    }

    private void SkipComment()
    {
        if (_current == '[')
        {
            int level = LongBracket();
            _length = 0;
            if (level >= 0)
            {
                LongString(level, isComment: true);
                _length = 0;
                return;
            }
        }
        while (!IsNewline && _current != EndOfInput)
            Advance();
    }

    private Token ScanToken()
    {
        int c = _current;
        switch (c)
        {
            case '[':
                int level = LongBracket();
                if (level >= 0)
                    return LongString(level, isComment: false);
                return level == -1 ? (Token)'[' : throw Error("invalid long string delimiter", Token.String);
            case '=':
                return OneOrTwo('=', Token.Equal);
            case '<':
                return OneOrTwo('=', Token.LessEqual);
            case '>':
                return OneOrTwo('=', Token.GreaterEqual);
            case '~':
                return OneOrTwo('=', Token.NotEqual);
            case '"' or '\'':
                return QuotedString(c);
            case '.':
                SaveAndAdvance();
                if (TakeAny('.', '.'))
                    return TakeAny('.', '.') ? Token.Dots : Token.Concat;
                return IsDigit(_current) ? Numeral() : (Token)'.';
        }
        if (IsDigit(c))
            return Numeral();
        if (IsLetter(c))
            return NameOrReserved();
        Advance();
        return (Token)c;
    }

    private Token OneOrTwo(char second, Token both)
    {
        int first = _current;
        Advance();
        if (_current != second)
            return (Token)first;
        Advance();
        return both;
    }

    private static bool IsDigit(int c) => c is >= '0' and <= '9';

    private static bool IsLetter(int c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_';

    private Token NameOrReserved()
    {
        do
            SaveAndAdvance();
        while (IsLetter(_current) || IsDigit(_current));
        ReadOnlySpan<byte> text = _buffer.AsSpan(0, _length);
        for (int i = 0; i <= Token.While - Token.And; i++)
        {
            if (Ascii.Equals(text, Texts[i]))
                return Token.And + i;
        }
        Text = _context.Intern(text);
        return Token.Name;
    }

    private Token Numeral()
    {
        do
            SaveAndAdvance();
        while (IsDigit(_current) || _current == '.');
        if (TakeAny('E', 'e'))
            TakeAny('+', '-');
        while (IsLetter(_current) || IsDigit(_current))
            SaveAndAdvance();
        if (!NumberReader.TryRead(_buffer.AsSpan(0, _length), out double number))
            throw Error("malformed number", Token.Number);
        Number = number;
        return Token.Number;
    }

    // At '[' or ']': the number of '=' before a second bracket of the same kind, or -1 - that number without one.
    private int LongBracket()
    {
        int bracket = _current, count = 0;
        SaveAndAdvance();
        for (; _current == '='; count++)
            SaveAndAdvance();
        return _current == bracket ? count : -count - 1;
    }

    private Token LongString(int level, bool isComment)
    {
        SaveAndAdvance();
        if (IsNewline)
            NextLine();
        while (true)
        {
            switch (_current)
            {
                case EndOfInput:
                    throw Error(isComment ? "unfinished long comment" : "unfinished long string", Token.EndOfStream);
                case '[':
                    if (LongBracket() == level)
                    {
                        SaveAndAdvance();
                        if (level == 0)
                            throw Error("nesting of [[...]] is deprecated", (Token)'[');
                    }
                    break;
                case ']':
                    if (LongBracket() != level)
                        break;
                    SaveAndAdvance();
                    if (!isComment)
                        Text = _context.Intern(_buffer.AsSpan(2 + level, _length - (2 * (2 + level))));
                    return Token.String;
                case '\n' or '\r':
                    Save('\n');
                    NextLine();
                    if (isComment)
                        _length = 0;
                    break;
                default:
                    if (isComment)
                        Advance();
                    else
                        SaveAndAdvance();
                    break;
            }
        }
    }

    private Token QuotedString(int quote)
    {
        SaveAndAdvance();
        while (_current != quote)
        {
            switch (_current)
            {
                case EndOfInput:
                    throw Error("unfinished string", Token.EndOfStream);
                case '\n' or '\r':
                    throw Error("unfinished string", Token.String);
                case '\\':
                    Advance();
                    Escape();
                    break;
                default:
                    SaveAndAdvance();
                    break;
            }
        }
        SaveAndAdvance();
        Text = _context.Intern(_buffer.AsSpan(1, _length - 2));
        return Token.String;
    }

    private void Escape()
    {
        int plain = "abfnrtv".IndexOf((char)_current, StringComparison.Ordinal);
        if (_current == EndOfInput)
            return;
        if (plain >= 0)
        {
            Save("\a\b\f\n\r\t\v"[plain]);
            Advance();
        }
        else if (IsNewline)
        {
            Save('\n');
            NextLine();
        }
        else if (!IsDigit(_current))
            SaveAndAdvance();
        else
        {
            int value = 0;
            for (int i = 0; i < 3 && IsDigit(_current); i++, Advance())
                value = (value * 10) + _current - '0';
            if (value > 255)
                throw Error("escape sequence too large", Token.String);
            Save(value);
        }
    }
}
