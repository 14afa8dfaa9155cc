namespace Pkv.Ycsb.Engine;

/// <summary>Names that a scan has found, in order, taken one by one. Grows as far as it must and then allocates no more.</summary>
internal sealed class KeyList
{
    private byte[] _bytes = [];
    private int[] _ends = [];
    private int _count;
    private int _taken;

    /// <summary>Names that have not been taken.</summary>
    public int Left => _count - _taken;

    public void Clear() => _count = _taken = 0;

    public void Add(ReadOnlySpan<byte> key)
    {
        int start = EndOf(_count - 1);
        if (_count == _ends.Length) Array.Resize(ref _ends, Math.Max(16, _ends.Length * 2));
        if (start + key.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(start + key.Length, _bytes.Length * 2));
        key.CopyTo(_bytes.AsSpan(start));
        _ends[_count++] = start + key.Length;
    }

    /// <summary>The next name and its number; there must be one. Valid until <see cref="Clear"/> or <see cref="Add"/>.</summary>
    public ReadOnlySpan<byte> Take(out int number)
    {
        number = _taken++;
        return At(number);
    }

    /// <summary>A name by its number.</summary>
    public ReadOnlySpan<byte> At(int number)
    {
        int start = EndOf(number - 1);
        return _bytes.AsSpan(start, _ends[number] - start);
    }

    private int EndOf(int number) => number < 0 ? 0 : _ends[number];
}
