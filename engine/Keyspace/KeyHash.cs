using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Pkv.Engine.Keyspace;

/// <summary>
/// A 64-bit keyed hash of short byte strings by 64×64→128-bit multiplication (the wyhash family). The seed is
/// random for each process, so that clients cannot aim for one bucket.
/// </summary>
public static unsafe class KeyHash
{
    private const ulong P0 = 0xA0761D6478BD642F, P1 = 0xE7037ED1A0B428DB, P2 = 0x8EBC6AF09C88C6E3, P3 = 0x589965CC75374CC3;

    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(byte* p, int length)
    {
        ulong a, b, seed = Seed;
        if (length <= 16)
        {
            if (length >= 4)
            {
                int middle = length >> 3 << 2;
                a = (ulong)Load32(p) << 32 | Load32(p + middle);
                b = (ulong)Load32(p + length - 4) << 32 | Load32(p + length - 4 - middle);
            }
            else if (length > 0)
            {
                a = (ulong)p[0] << 16 | (ulong)p[length >> 1] << 8 | p[length - 1];
                b = 0;
            }
            else
                a = b = 0;
        }
        else
            seed = Absorb(p, length, seed, out a, out b);
        return Mix(P1 ^ (ulong)length, Mix(a ^ P1, b ^ seed));
    }

    private static ulong Absorb(byte* p, int length, ulong seed, out ulong a, out ulong b)
    {
        byte* last = p + length - 16;
        if (length > 48)
        {
            ulong one = seed, two = seed;
            for (; p + 48 <= last + 16; p += 48)
            {
                seed = Mix(Load64(p) ^ P1, Load64(p + 8) ^ seed);
                one = Mix(Load64(p + 16) ^ P2, Load64(p + 24) ^ one);
                two = Mix(Load64(p + 32) ^ P3, Load64(p + 40) ^ two);
            }
            seed ^= one ^ two;
        }
        for (; p < last; p += 16)
            seed = Mix(Load64(p) ^ P1, Load64(p + 8) ^ seed);
        a = Load64(last);
        b = Load64(last + 8);
        return seed;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        ulong high = Math.BigMul(a ^ P0, b, out ulong low);
        return high ^ low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Load32(byte* p) => Unsafe.ReadUnaligned<uint>(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load64(byte* p) => Unsafe.ReadUnaligned<ulong>(p);
}
