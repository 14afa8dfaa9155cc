namespace Pkv.Bench.Client;

/// <summary>Draws key numbers: xorshift64* reduced by multiplication, or one after the other. A mutable struct, one per client.</summary>
internal struct KeyPicker
{
    private readonly uint _keyCount;
    private readonly bool _sequential;
    private ulong _state;
    private uint _next;

    public KeyPicker(int keyCount, bool sequential, ulong seed)
    {
        _keyCount = (uint)keyCount;
        _sequential = sequential;
        _state = seed | 1;
    }

    /// <summary>A key number in [0, keyCount).</summary>
    public uint NextKey()
    {
        if (!_sequential) return (uint)((ulong)NextRandom() * _keyCount >> 32);
        uint key = _next;
        _next = key + 1 == _keyCount ? 0 : key + 1;
        return key;
    }

    /// <summary>32 random bits.</summary>
    public uint NextRandom()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (uint)(_state * 0x2545F4914F6CDD1DUL >> 32);
    }
}
