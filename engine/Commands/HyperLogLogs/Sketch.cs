using System.Diagnostics;
using Pkv.Engine.Keyspace.Pieces;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// A HyperLogLog that is about to be changed: a copy of its string in a buffer of the caller's, of <see cref="BufferBytes"/>. What it
/// becomes depends on the order of the changes, as in Redis, byte by byte.
/// </summary>
internal ref struct Sketch
{
    /// <summary>Room for any, and for what setting a register adds.</summary>
    public const int BufferBytes = HyperLogLogFormat.SparseMaxBytes + SparseRegisters.GrowthMax;

    private readonly Span<byte> _buffer;
    private readonly long _sparseMaxBytes;
    private int _length;

    private Sketch(Span<byte> buffer, long sparseMaxBytes)
    {
        Debug.Assert(buffer.Length >= BufferBytes, "any HyperLogLog fits the buffer");
        _buffer = buffer;
        _sparseMaxBytes = sparseMaxBytes;
    }

    /// <summary>The string.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _buffer[.._length];

    public readonly HyperLogLogEncoding Encoding => HyperLogLogFormat.EncodingOf(_buffer);

    private readonly Span<byte> Registers => _buffer[HyperLogLogFormat.HeaderBytes.._length];

    /// <summary>One that has seen nothing.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="sparseMaxBytes">The most bytes that it may have while it is sparse.</param>
    public static Sketch New(Span<byte> buffer, long sparseMaxBytes)
    {
        Sketch made = new(buffer, sparseMaxBytes);
        HyperLogLogFormat.WriteHeader(buffer, HyperLogLogEncoding.Sparse);
        made._length = HyperLogLogFormat.HeaderBytes + SparseRun.WriteZeros(buffer[HyperLogLogFormat.HeaderBytes..], HyperLogLogFormat.Registers);
        return made;
    }

    /// <summary>A valid one's copy. False: it has more bytes than any that counts something.</summary>
    public static bool TryLoad(scoped in StoredString value, Span<byte> buffer, long sparseMaxBytes, out Sketch loaded)
    {
        loaded = new Sketch(buffer, sparseMaxBytes);
        if (value.Length > HyperLogLogFormat.SparseMaxBytes)
            return false;
        value.CopyTo(0, buffer[..value.Length]);
        loaded._length = value.Length;
        return true;
    }

    /// <summary>
    /// Raises a register to a value, if it is lower. A sparse one becomes dense where it would have too many bytes, or the value needs
    /// it. False: the runs are not those of a HyperLogLog.
    /// </summary>
    public bool TryRaise(int register, byte value, ref bool changed)
    {
        if (Encoding == HyperLogLogEncoding.Sparse)
        {
            SparseOutcome outcome = SparseOutcome.TooLong;
            int length = _length - HyperLogLogFormat.HeaderBytes;
            if (value <= SparseRun.ValueMax)
            {
                outcome = SparseRegisters.Raise(_buffer[HyperLogLogFormat.HeaderBytes..], ref length, register, value, _sparseMaxBytes - HyperLogLogFormat.HeaderBytes);
                _length = length + HyperLogLogFormat.HeaderBytes;
            }
            changed |= outcome == SparseOutcome.Changed;
            if (outcome != SparseOutcome.TooLong)
                return outcome != SparseOutcome.Corrupt;
            if (!TryMakeDense())
                return false;
        }
        Span<byte> window = Registers[DenseRegisters.OffsetOf(register, out int bytes)..][..bytes];
        if (DenseRegisters.Get(window, register) >= value)
            return true;
        DenseRegisters.Set(window, register, value);
        changed = true;
        return true;
    }

    /// <summary>Makes it dense; its header stays. False: the runs are not those of a HyperLogLog, nothing was done.</summary>
    public bool TryMakeDense()
    {
        if (Encoding == HyperLogLogEncoding.Dense)
            return true;
        Span<byte> values = stackalloc byte[HyperLogLogFormat.Registers];
        values.Clear();
        if (!SparseRegisters.TryMergeInto(Registers, values))
            return false;
        HyperLogLogFormat.SetEncoding(_buffer, HyperLogLogEncoding.Dense);
        _length = HyperLogLogFormat.DenseBytes;
        DenseRegisters.WriteAll(values, Registers);
        return true;
    }

    /// <summary>The cached count is out of date.</summary>
    public readonly void MakeStale() => _buffer[HyperLogLogFormat.StaleOffset] |= HyperLogLogFormat.StaleBit;

    /// <summary>The cached count is this.</summary>
    public readonly void SetCount(ulong count) => HyperLogLogFormat.WriteCount(_buffer[HyperLogLogFormat.CountOffset..], count);
}
