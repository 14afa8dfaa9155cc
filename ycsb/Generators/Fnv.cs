namespace Pkv.Ycsb.Generators;

/// <summary>The 64-bit hash by which YCSB scatters record numbers: FNV-1a over the number's eight bytes, lowest first, made positive.</summary>
internal static class Fnv
{
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 1099511628211;

    /// <summary>The hash of a record number, never negative but for the one hash whose magnitude no long can hold.</summary>
    public static long Hash64(long number)
    {
        ulong hash = OffsetBasis;
        ulong rest = (ulong)number;
        for (int i = 0; i < 8; i++, rest >>= 8) hash = (hash ^ (rest & 0xFF)) * Prime;
        long signed = (long)hash;
        return signed < 0 ? unchecked(-signed) : signed;
    }
}
