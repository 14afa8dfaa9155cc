using System.Diagnostics;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// One run of equal registers, as it stands in a sparse HyperLogLog: 00nnnnnn are n + 1 zeros, 01nnnnnn nnnnnnnn likewise up to 16,384,
/// and 1vvvvvnn are n + 1 registers of value v + 1. Pure; any thread.
/// </summary>
/// <param name="Value">Of each register; 0: they are empty.</param>
/// <param name="Length">Registers.</param>
/// <param name="Bytes">That the run takes: one or two.</param>
internal readonly record struct SparseRun(byte Value, int Length, int Bytes)
{
    /// <summary>The largest value that a run can have.</summary>
    public const byte ValueMax = 32;

    /// <summary>The longest run of a value, and of zeros in one byte.</summary>
    public const int ValueLengthMax = 4, ShortZerosMax = 64;

    private const byte ValueFlag = 0x80, LongFlag = 0x40;

    /// <summary>The run takes two bytes, however long it is.</summary>
    public bool IsLong => Bytes == 2;

    /// <summary>The run that begins here. A second byte that is missing counts as zero.</summary>
    public static SparseRun Read(ReadOnlySpan<byte> at)
    {
        byte first = at[0];
        if ((first & ValueFlag) != 0)
            return new SparseRun((byte)((first >> 2 & 0x1f) + 1), (first & 3) + 1, 1);
        if ((first & LongFlag) == 0)
            return new SparseRun(0, (first & 0x3f) + 1, 1);
        return new SparseRun(0, ((first & 0x3f) << 8 | (at.Length > 1 ? at[1] : 0)) + 1, 2);
    }

    /// <summary>Writes registers of a value; returns the bytes.</summary>
    public static int WriteValue(Span<byte> at, byte value, int length)
    {
        Debug.Assert(value is > 0 and <= ValueMax && length is > 0 and <= ValueLengthMax, "a run of a value is short");
        at[0] = (byte)(ValueFlag | value - 1 << 2 | length - 1);
        return 1;
    }

    /// <summary>Writes empty registers; returns the bytes.</summary>
    public static int WriteZeros(Span<byte> at, int length)
    {
        Debug.Assert(length is > 0 and <= HyperLogLogFormat.Registers, "there are no more registers");
        int stored = length - 1;
        if (length <= ShortZerosMax)
        {
            at[0] = (byte)stored;
            return 1;
        }
        at[0] = (byte)(LongFlag | stored >> 8);
        at[1] = (byte)stored;
        return 2;
    }
}
