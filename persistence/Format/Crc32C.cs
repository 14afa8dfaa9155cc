using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pkv.Persistence.Format;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720 §12.1) as a running register: no pre- or post-inversion, the caller's seed
/// takes their place. Long inputs are folded 256 bytes at a time by carry-less multiplication (Gopal et al.,
/// "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ", Intel 2009), short ones use the CRC32
/// instruction, 8 bytes in 3 cycles.
/// </summary>
public static unsafe class Crc32C
{
    private const uint PolynomialReflected = 0x82F63B78;
    private const int FoldThresholdBytes = 512;

    // Distances in bits between a lane and the lane that it is folded into.
    private static readonly Vector128<long> FoldBy2048 = FoldConstants(2048);
    private static readonly Vector128<long> FoldBy512 = FoldConstants(512);
    private static readonly Vector128<long> FoldBy128 = FoldConstants(128);

    /// <summary>Continues <paramref name="crc"/> over <paramref name="bytes"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Append(uint crc, byte* start, nuint bytes)
    {
        return bytes >= FoldThresholdBytes && Pclmulqdq.V512.IsSupported
            ? AppendFolded(crc, start, bytes)
            : AppendSerial(crc, start, bytes);
    }

    /// <summary>The instruction-by-instruction form: the reference for the folded one.</summary>
    public static uint AppendSerial(uint crc, byte* p, nuint bytes)
    {
        byte* end8 = p + (bytes & ~(nuint)7);
        byte* end = p + bytes;
        if (Sse42.X64.IsSupported)
        {
            ulong register = crc;
            for (; p < end8; p += 8)
                register = Sse42.X64.Crc32(register, Unsafe.ReadUnaligned<ulong>(p));
            crc = (uint)register;
            for (; p < end; p++)
                crc = Sse42.Crc32(crc, *p);
            return crc;
        }
        for (; p < end8; p += 8)
            crc = BitOperations.Crc32C(crc, Unsafe.ReadUnaligned<ulong>(p));
        for (; p < end; p++)
            crc = BitOperations.Crc32C(crc, *p);
        return crc;
    }

    private static uint AppendFolded(uint crc, byte* p, nuint bytes)
    {
        Vector512<long> k2048 = Vector512.Create(Vector256.Create(FoldBy2048, FoldBy2048), Vector256.Create(FoldBy2048, FoldBy2048));
        Vector512<long> x0 = Vector512.Load((long*)p) ^ Vector512.CreateScalar((long)crc);
        Vector512<long> x1 = Vector512.Load((long*)(p + 64));
        Vector512<long> x2 = Vector512.Load((long*)(p + 128));
        Vector512<long> x3 = Vector512.Load((long*)(p + 192));
        p += 256;
        bytes -= 256;
        while (bytes >= 256)
        {
            x0 = Fold(x0, k2048) ^ Vector512.Load((long*)p);
            x1 = Fold(x1, k2048) ^ Vector512.Load((long*)(p + 64));
            x2 = Fold(x2, k2048) ^ Vector512.Load((long*)(p + 128));
            x3 = Fold(x3, k2048) ^ Vector512.Load((long*)(p + 192));
            p += 256;
            bytes -= 256;
        }
        Vector512<long> k512 = Vector512.Create(Vector256.Create(FoldBy512, FoldBy512), Vector256.Create(FoldBy512, FoldBy512));
        x1 ^= Fold(x0, k512);
        x2 ^= Fold(x1, k512);
        x3 ^= Fold(x2, k512);
        Vector128<long> y = x3.GetLower().GetLower();
        y = Fold(y) ^ x3.GetLower().GetUpper();
        y = Fold(y) ^ x3.GetUpper().GetLower();
        y = Fold(y) ^ x3.GetUpper().GetUpper();
        ulong register = Sse42.X64.Crc32(0, (ulong)y.GetElement(0));
        register = Sse42.X64.Crc32(register, (ulong)y.GetElement(1));
        return AppendSerial((uint)register, p, bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Fold(Vector512<long> x, Vector512<long> k) =>
        Pclmulqdq.V512.CarrylessMultiply(x, k, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(x, k, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<long> Fold(Vector128<long> x) =>
        Pclmulqdq.CarrylessMultiply(x, FoldBy128, 0x00) ^ Pclmulqdq.CarrylessMultiply(x, FoldBy128, 0x11);

    // Low half: x^(distance+32) mod P, high half: x^(distance-32) mod P, both reflected and shifted by one.
    private static Vector128<long> FoldConstants(int distance) =>
        Vector128.Create((long)((ulong)PowerOfX(distance + 32) << 1), (long)((ulong)PowerOfX(distance - 32) << 1));

    // x^n mod P in the reflected domain, where x^0 is the top bit.
    private static uint PowerOfX(int n)
    {
        uint value = 0x80000000;
        for (int i = 0; i < n; i++)
            value = (value >> 1) ^ ((value & 1) != 0 ? PolynomialReflected : 0);
        return value;
    }
}
