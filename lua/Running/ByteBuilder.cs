namespace Pkv.Lua;

/// <summary>A growing array of bytes, kept for its next use. Who fills it charges what it holds beyond <see cref="Kept"/> to the script.</summary>
internal sealed class ByteBuilder
{
    /// <summary>Bytes that stay allocated between runs.</summary>
    public const int Kept = 16 << 10;

    private byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Truncate(int length) => Length = length;

    /// <summary>Room for bytes to come; the state is charged for growth.</summary>
    public Span<byte> Reserve(LuaState state, int count)
    {
        long needed = (long)Length + count;
        if (needed > _bytes.Length)
        {
            long size = Math.Max(needed, (long)_bytes.Length * 2);
            state.Charge(size);
            if (size > Array.MaxLength)
                throw new LuaStopException("not enough memory");
            Array.Resize(ref _bytes, (int)size);
        }
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Append(LuaState state, byte value)
    {
        if (Length == _bytes.Length)
            Reserve(state, 1);
        _bytes[Length++] = value;
    }

    public void Append(LuaState state, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(state, bytes.Length));
        Length += bytes.Length;
        state.Fuel -= bytes.Length >> 6;
    }

    public void Trim()
    {
        Length = 0;
        if (_bytes.Length > Kept)
            _bytes = new byte[256];
    }
}
