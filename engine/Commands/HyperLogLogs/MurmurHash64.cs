using System.Buffers.Binary;
using System.Diagnostics;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// Austin Appleby's MurmurHash2 for 64-bit processors (MurmurHash64A), on little-endian words. Other servers' HyperLogLogs are only
/// readable with this function and this seed. Pure; any thread.
/// </summary>
internal static class MurmurHash64
{
    /// <summary>The seed of every HyperLogLog of Redis.</summary>
    public const ulong HyperLogLogSeed = 0xadc83b19;

    private const ulong Multiplier = 0xc6a4a7935bd1e995;
    private const int Shift = 47;

    /// <summary>The hash of these bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> data, ulong seed = HyperLogLogSeed)
    {
        ulong hash = seed ^ ((ulong)data.Length * Multiplier);
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(data) * Multiplier;
            hash = (hash ^ ((word ^ (word >> Shift)) * Multiplier)) * Multiplier;
        }
        Debug.Assert(data.Length < sizeof(ulong), "what is left is less than a word");
        if (data.Length > 0)
        {
            ulong rest = 0;
            for (int i = data.Length - 1; i >= 0; i--)
                rest = rest << 8 | data[i];
            hash = (hash ^ rest) * Multiplier;
        }
        hash = (hash ^ (hash >> Shift)) * Multiplier;
        return hash ^ (hash >> Shift);
    }
}
