namespace Pkv.Ycsb.Core;

/// <summary>Java's String.hashCode, over Latin-1 text, in pieces: s[0]·31^(n-1) + … + s[n-1], modulo 2^32.</summary>
internal static class JavaHash
{
    /// <summary>The hash of a text of hash <paramref name="hash"/> with <paramref name="more"/> appended.</summary>
    public static int Append(int hash, ReadOnlySpan<byte> more)
    {
        foreach (byte character in more) hash = unchecked(31 * hash + character);
        return hash;
    }
}
