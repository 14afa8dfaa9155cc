namespace Pkv.Tests.House;

/// <summary>C# source without its words: comments, strings and characters become spaces, line breaks and offsets stay.</summary>
internal sealed class CodeText
{
    private readonly string _source;
    private readonly char[] _text;
    private int _at;

    private CodeText(string source)
    {
        _source = source;
        _text = source.ToCharArray();
    }

    public static string Strip(string source)
    {
        CodeText text = new(source);
        text.Code(untilBrace: false);
        return new string(text._text);
    }

    private char Peek(int ahead = 0) => _at + ahead < _source.Length ? _source[_at + ahead] : '\0';

    private void Blank(int count = 1)
    {
        for (; count > 0 && _at < _source.Length; count--, _at++)
        {
            if (_source[_at] != '\n')
                _text[_at] = ' ';
        }
    }

    // Code up to the end, or, inside a string's hole, up to the brace that closes it.
    private void Code(bool untilBrace)
    {
        for (int depth = 0; _at < _source.Length;)
        {
            char c = Peek();
            if (untilBrace && c == '}' && depth-- == 0)
                return;
            if (c == '/' && Peek(1) == '/')
                BlankWhile(() => Peek() != '\n');
            else if (c == '/' && Peek(1) == '*')
            {
                BlankWhile(() => !(Peek() == '*' && Peek(1) == '/'));
                Blank(2);
            }
            else if (c == '\'')
                Escaped('\'');
            else if (c == '"' || ((c is '$' or '@') && IsStringPrefix()))
                String();
            else
            {
                depth += untilBrace && c == '{' ? 1 : 0;
                if (untilBrace)
                    Blank();
                else
                    _at++;
            }
        }
    }

    private bool IsStringPrefix()
    {
        int ahead = 0;
        while (Peek(ahead) is '$' or '@')
            ahead++;
        return Peek(ahead) == '"';
    }

    private void String()
    {
        bool verbatim = false;
        int holes = 0;
        for (; Peek() != '"'; Blank())
        {
            verbatim |= Peek() == '@';
            holes += Peek() == '$' ? 1 : 0;
        }
        int quotes = 0;
        while (Peek(quotes) == '"')
            quotes++;
        if (quotes >= 3 && !verbatim)
            Raw(quotes);
        else if (holes == 0 && !verbatim)
            Escaped('"');
        else
            VerbatimOrInterpolated(verbatim, holes > 0);
    }

    private void Raw(int quotes)
    {
        Blank(quotes);
        string end = new('"', quotes);
        BlankWhile(() => string.CompareOrdinal(_source, _at, end, 0, quotes) != 0);
        Blank(quotes);
    }

    private void Escaped(char end)
    {
        Blank();
        while (_at < _source.Length && Peek() != end)
            Blank(Peek() == '\\' ? 2 : 1);
        Blank();
    }

    private void VerbatimOrInterpolated(bool verbatim, bool interpolated)
    {
        Blank();
        while (_at < _source.Length)
        {
            char c = Peek();
            if (c == '"' && !(verbatim && Peek(1) == '"'))
                break;
            if (c == '"' || (c == '\\' && !verbatim) || (interpolated && c == '{' && Peek(1) == '{'))
                Blank(2);
            else if (interpolated && c == '{')
            {
                Blank();
                Code(untilBrace: true);
                Blank();
            }
            else
                Blank();
        }
        Blank();
    }

    private void BlankWhile(Func<bool> condition)
    {
        while (_at < _source.Length && condition())
            Blank();
    }
}
