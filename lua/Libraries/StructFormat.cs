namespace Pkv.Lua;

/// <summary>Reads a format of the struct library option by option, with the byte order and alignment that it sets.</summary>
internal ref struct StructFormat(HostCall call, ReadOnlySpan<byte> text)
{
    private const int MaxAlignment = 8, MaxInteger = 32;

    private readonly HostCall _call = call;
    private readonly ReadOnlySpan<byte> _text = Cut(text);
    private int _at = 0;
    private int _alignment = 1;

    public bool IsBig { get; private set; } = false;

    /// <summary>The current option's letter.</summary>
    public char Option { get; private set; } = '\0';

    /// <summary>Its size, or 0 where that is not fixed.</summary>
    public int Size { get; private set; } = 0;

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text)
    {
        int zero = text.IndexOf((byte)0);
        return zero < 0 ? text : text[..zero];
    }

    public bool Next()
    {
        if (_at >= _text.Length)
            return false;
        Option = (char)_text[_at++];
        Size = Option switch
        {
            'B' or 'b' or 'x' => 1,
            'H' or 'h' => 2,
            'L' or 'l' or 'T' or 'd' => 8,
            'f' => 4,
            'c' => Number(1),
            'i' or 'I' => IntegerSize(),
            _ => 0,
        };
        return true;
    }

    private int IntegerSize()
    {
        int size = Number(4);
        return size <= MaxInteger ? size : throw _call.Error($"integral size {size} is larger than limit of {MaxInteger}");
    }

    private int Number(int otherwise)
    {
        if (_at >= _text.Length || !char.IsAsciiDigit((char)_text[_at]))
            return otherwise;
        int number = 0;
        for (; _at < _text.Length && char.IsAsciiDigit((char)_text[_at]); _at++)
        {
            int digit = _text[_at] - '0';
            if (number > int.MaxValue / 10 || number * 10 > int.MaxValue - digit)
                throw _call.Error("integral size overflow");
            number = (number * 10) + digit;
        }
        return number;
    }

    /// <summary>Bytes of padding before the current option at a position.</summary>
    public readonly long PaddingAt(long position)
    {
        if (Size == 0 || Option == 'c')
            return 0;
        long size = Math.Min(Size, _alignment);
        return (size - (position & (size - 1))) & (size - 1);
    }

    /// <summary>Obeys an option that is no value, or refuses it.</summary>
    public void Control()
    {
        switch (Option)
        {
            case ' ':
                return;
            case '>' or '<':
                IsBig = Option == '>';
                return;
            case '!':
                int alignment = Number(MaxAlignment);
                if (alignment <= 0 || (alignment & (alignment - 1)) != 0)
                    throw _call.Error($"alignment {alignment} is not a power of 2");
                _alignment = alignment;
                return;
            default:
                throw _call.ArgumentError(0, $"invalid format option '{Option}'");
        }
    }
}
