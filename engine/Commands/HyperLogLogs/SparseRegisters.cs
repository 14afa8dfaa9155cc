using System.Diagnostics;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// Registers as runs, see <see cref="SparseRun"/>. Works on the bytes behind the header. What clients have written there may be anything:
/// nothing is read beyond the end, and runs that do not cover all registers exactly are reported. Pure; any thread.
/// </summary>
internal static class SparseRegisters
{
    /// <summary>The most bytes by which setting a register makes the runs longer.</summary>
    public const int GrowthMax = 3;

    // Where equal neighbours are looked for after a change: the runs around it.
    private const int JoinedRuns = 5;

    /// <summary>Counts the registers of each value. False: the runs are not those of a HyperLogLog.</summary>
    public static bool TryAddTo(ReadOnlySpan<byte> runs, Span<int> histogram)
    {
        int register = 0;
        while (runs.Length > 0)
        {
            SparseRun run = SparseRun.Read(runs);
            runs = runs[Math.Min(run.Bytes, runs.Length)..];
            histogram[run.Value] += run.Length;
            register += run.Length;
        }
        return register == HyperLogLogFormat.Registers;
    }

    /// <summary>Raises each byte to the register's value, if that is larger. False: the runs are not those of a HyperLogLog.</summary>
    public static bool TryMergeInto(ReadOnlySpan<byte> runs, Span<byte> largest)
    {
        int register = 0;
        while (runs.Length > 0)
        {
            SparseRun run = SparseRun.Read(runs);
            runs = runs[Math.Min(run.Bytes, runs.Length)..];
            if (register + run.Length > HyperLogLogFormat.Registers)
                return false;
            for (int end = register + run.Length; register < end; register++)
                largest[register] = Math.Max(largest[register], run.Value);
        }
        return register == HyperLogLogFormat.Registers;
    }

    /// <summary>
    /// Raises a register to a value, where that is possible within so many bytes. The runs that result are those that Redis makes:
    /// they are not the shortest ones, and depend on the order of the changes.
    /// </summary>
    /// <param name="buffer">Begins with the runs, and has room for them to grow.</param>
    /// <param name="length">Bytes of the runs.</param>
    /// <param name="register">The register.</param>
    /// <param name="value">1 to <see cref="SparseRun.ValueMax"/>.</param>
    /// <param name="maxLength">Runs that become longer may have no more bytes than this.</param>
    public static SparseOutcome Raise(Span<byte> buffer, ref int length, int register, byte value, long maxLength)
    {
        int at = 0, before = -1, first = 0;
        SparseRun run = default;
        while (at < length)
        {
            run = SparseRun.Read(buffer[at..length]);
            if (register < first + run.Length)
                break;
            before = at;
            at += run.Bytes;
            first += run.Length;
        }
        if (at >= length)
            return SparseOutcome.Corrupt;
        if (run.Value >= value)
            return SparseOutcome.Same;
        Span<byte> replaced = stackalloc byte[2 + GrowthMax];
        int written = Split(run, register - first, value, replaced), growth = written - run.Bytes;
        if (growth > 0 && length + growth > maxLength)
            return SparseOutcome.TooLong;
        if (at + run.Bytes > length || length + growth > buffer.Length)
            return SparseOutcome.Corrupt;
        buffer[(at + run.Bytes)..length].CopyTo(buffer[(at + written)..]);
        replaced[..written].CopyTo(buffer[at..]);
        length += growth;
        Join(buffer, ref length, Math.Max(before, 0));
        return SparseOutcome.Changed;
    }

    // The run with one of its registers at a value of its own. Zeros may thus become a run of one in two bytes, and stay so.
    private static int Split(in SparseRun run, int index, byte value, Span<byte> target)
    {
        int written = 0, behind = run.Length - index - 1;
        Debug.Assert(index >= 0 && behind >= 0, "the register is one of the run's");
        if (index > 0)
            written += WriteRun(target, run.Value, index);
        written += SparseRun.WriteValue(target[written..], value, 1);
        if (behind > 0)
            written += WriteRun(target[written..], run.Value, behind);
        return written;
    }

    private static int WriteRun(Span<byte> target, byte value, int length) =>
        value == 0 ? SparseRun.WriteZeros(target, length) : SparseRun.WriteValue(target, value, length);

    // Neighbours of the same value become one run, where they fit one, from the run before the change on.
    private static void Join(Span<byte> runs, ref int length, int at)
    {
        for (int steps = JoinedRuns; steps > 0 && at < length; steps--)
        {
            SparseRun run = SparseRun.Read(runs[at..length]);
            if (run.Value == 0)
            {
                at += run.Bytes;
                continue;
            }
            SparseRun next = at + 1 < length ? SparseRun.Read(runs[(at + 1)..length]) : default;
            if (next.Value != run.Value || run.Length + next.Length > SparseRun.ValueLengthMax)
            {
                at++;
                continue;
            }
            // The joined run may have another neighbour: it is looked at again.
            runs[(at + 1)..length].CopyTo(runs[at..]);
            length--;
            SparseRun.WriteValue(runs[at..], run.Value, run.Length + next.Length);
        }
    }
}
