using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using Pkv.Engine.Execution;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// PFSELFTEST: whether registers of six bits keep what is put into them, and whether sparse and dense HyperLogLogs estimate alike and
/// within five standard errors, up to <see cref="ElementsMax"/> elements. Touches no key.
/// </summary>
[SkipLocalsInit]
internal static class SelfTest
{
    private const int Cycles = 200;
    private const int ElementsMax = 1_000_000;
    private const int CheckedFrom = 10;
    private const long SparseMaxBytes = 3000;

    public static void Run(CommandContext context)
    {
        string? failure = TestRegisters(context) ?? TestEstimates(context);
        if (failure is null)
            context.Reply.Ok();
        else
            context.Reply.Error(Encoding.ASCII.GetBytes($"TESTFAILED {failure}"));
    }

    private static string? TestRegisters(CommandContext context)
    {
        Span<byte> expected = stackalloc byte[HyperLogLogFormat.Registers];
        Span<byte> packed = stackalloc byte[HyperLogLogFormat.DenseBytes - HyperLogLogFormat.HeaderBytes];
        packed.Clear();
        expected.Clear();
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        for (int cycle = 0; cycle < Cycles; cycle++)
        {
            for (int register = 0; register < expected.Length; register++)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(word, (ulong)cycle << 32 | (uint)register);
                expected[register] = (byte)(MurmurHash64.Of(word) & (1 << DenseRegisters.Bits) - 1);
                DenseRegisters.Set(packed[DenseRegisters.OffsetOf(register, out int bytes)..][..bytes], register, expected[register]);
                context.Breathe(register);
            }
            for (int register = 0; register < expected.Length; register++)
            {
                byte held = DenseRegisters.Get(packed[DenseRegisters.OffsetOf(register, out int bytes)..][..bytes], register);
                if (held != expected[register])
                    return $"Register {register} should be {expected[register]} but is {held}";
                context.Breathe(register);
            }
        }
        return null;
    }

    private static string? TestEstimates(CommandContext context)
    {
        Span<byte> sparseBuffer = stackalloc byte[Sketch.BufferBytes], denseBuffer = stackalloc byte[Sketch.BufferBytes];
        Sketch sparse = Sketch.New(sparseBuffer, SparseMaxBytes), dense = Sketch.New(denseBuffer, 0);
        if (!dense.TryMakeDense())
            return "An empty sketch does not become dense";
        double error = 1.04 / Math.Sqrt(HyperLogLogFormat.Registers);
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        bool changed = false;
        for (long count = 1, check = CheckedFrom; count <= ElementsMax; count++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(word, count);
            int register = HyperLogLogFormat.RegisterOf(word, out byte value);
            if (!sparse.TryRaise(register, value, ref changed) || !dense.TryRaise(register, value, ref changed))
                return $"A sketch is corrupt after {count} elements";
            context.Breathe(count);
            if (count != check)
                continue;
            check *= 10;
            long estimate = (long)EstimateOf(dense), difference = Math.Abs(estimate - count);
            if (EstimateOf(sparse) != (ulong)estimate)
                return $"Sparse and dense disagree after {count} elements";
            // Where a standard error is less than an element, one may be missed.
            if (difference > Math.Ceiling(error * 5 * count) + (count == CheckedFrom ? 1 : 0))
                return $"Too big error. card:{count} abserr:{difference}";
        }
        return null;
    }

    private static ulong EstimateOf(in Sketch sketch)
    {
        Span<int> histogram = stackalloc int[CardinalityEstimate.HistogramSize];
        histogram.Clear();
        ReadOnlySpan<byte> registers = sketch.Bytes[HyperLogLogFormat.HeaderBytes..];
        if (sketch.Encoding == HyperLogLogEncoding.Dense)
            DenseRegisters.AddTo(registers, histogram);
        else if (!SparseRegisters.TryAddTo(registers, histogram))
            return ulong.MaxValue;
        return CardinalityEstimate.Of(histogram);
    }
}
