namespace Pkv.Lua;

/// <summary>The 48-bit generator that Redis gives to scripts (drand48's), the same sequence on every machine.</summary>
internal sealed class RandomNumbers
{
    public const int Max = int.MaxValue;
    private const ulong Mask = (1UL << 48) - 1;

    private ulong _state;

    public RandomNumbers() => Seed(0);

    public void Seed(int seed) => _state = ((ulong)(uint)seed << 16) | 0x330E;

    /// <summary>31 bits.</summary>
    public int Next()
    {
        _state = ((_state * 0x5DEECE66DUL) + 0xB) & Mask;
        return (int)(_state >> 17);
    }
}
