using Pkv.Ycsb.Generators;

namespace Pkv.Ycsb.Core;

/// <summary>
/// Values of fields when data are not checked: printable characters, cut out of a long random text at a random place, which
/// is one copy instead of a draw for every character. Not thread-safe.
/// </summary>
internal sealed class RandomText
{
    private const int SpareBytes = 64 * 1024; // places to begin at; with the value they stay in a core's cache
    private const int FirstPrintable = ' ', Printable = '~' - ' ' + 1;

    private readonly byte[] _text;
    private readonly RandomSource _random;

    /// <param name="lengthMost">Bytes of the longest piece.</param>
    /// <param name="random">What is drawn with.</param>
    public RandomText(int lengthMost, RandomSource random)
    {
        _random = random;
        _text = new byte[lengthMost + SpareBytes];
        for (int i = 0; i < _text.Length; i++) _text[i] = (byte)(FirstPrintable + random.NextBelow(Printable));
    }

    /// <summary>A piece of this length; stays what it is.</summary>
    public ReadOnlySpan<byte> Next(int length) => _text.AsSpan((int)_random.NextBelow(_text.Length - length + 1), length);
}
