using System.Numerics;

namespace Pkv.Tests.Simulation;

/// <summary>
/// One state that a crash may leave: for each unit that differs between the images, which of its eight parts were kept.
/// It is laid over the durable image, looked at, and taken off again: nothing of a pool's size is copied. Under the
/// medium's lock.
/// </summary>
internal sealed unsafe class CrashState
{
    private readonly SimulatedMedium _medium;
    private readonly IReadOnlyList<long> _units;
    private readonly byte[] _kept;
    private readonly int _unitBytes;
    private readonly byte[] _covered;
    private readonly long _backed;

    /// <param name="medium">Its images.</param>
    /// <param name="units">Offsets of the units that differ.</param>
    /// <param name="kept">For each of them a bit for each eighth that was kept.</param>
    /// <param name="backedBytes">Length of the device.</param>
    public CrashState(SimulatedMedium medium, IReadOnlyList<long> units, byte[] kept, long backedBytes)
    {
        _medium = medium;
        _units = units;
        _kept = kept;
        _unitBytes = medium.UnitBytes;
        _covered = GC.AllocateUninitializedArray<byte>(kept.Count(k => k != 0) * _unitBytes);
        _backed = backedBytes;
    }

    /// <summary>Units kept whole, torn, lost.</summary>
    public override string ToString() =>
        $"{_kept.Count(k => k == 255)} units kept, {_kept.Count(k => k is not 0 and not 255)} torn, {_kept.Count(k => k == 0)} lost; {_backed} bytes";

    /// <summary>Lays it over the durable image, runs the action on that, takes it off.</summary>
    public void Visit(Action<DurableImage, string> action)
    {
        long before = _medium.Durable.BackedBytes;
        Lay();
        _medium.Durable.BackedBytes = _backed;
        try
        {
            action(_medium.Durable, ToString());
        }
        finally
        {
            _medium.Durable.BackedBytes = before;
            Lift();
        }
    }

    private void Lay()
    {
        int saved = 0;
        for (int i = 0; i < _units.Count; i++)
        {
            // What lies behind the device's end is gone, whatever became of its pages.
            if (_kept[i] == 0)
                continue;
            byte* target = _medium.Durable.Map.Base + _units[i];
            new ReadOnlySpan<byte>(target, _unitBytes).CopyTo(_covered.AsSpan(saved));
            saved += _unitBytes;
            if (_units[i] < _backed)
                Keep(target, _medium.Volatile.Base + _units[i], _kept[i]);
        }
    }

    /// <summary>Copies by words, so that one that a thread is storing at this moment is copied whole.</summary>
    public static void CopyWords(byte* target, byte* source, int bytes)
    {
        for (int i = 0; i < bytes; i += 8)
            *(ulong*)(target + i) = Volatile.Read(ref *(ulong*)(source + i));
    }

    private void Keep(byte* target, byte* source, byte kept)
    {
        int part = _unitBytes / 8;
        for (uint rest = kept; rest != 0; rest &= rest - 1)
        {
            int at = BitOperations.TrailingZeroCount(rest) * part;
            CopyWords(target + at, source + at, part);
        }
    }

    private void Lift()
    {
        int saved = 0;
        for (int i = 0; i < _units.Count; i++)
        {
            if (_kept[i] == 0)
                continue;
            _covered.AsSpan(saved, _unitBytes).CopyTo(new Span<byte>(_medium.Durable.Map.Base + _units[i], _unitBytes));
            saved += _unitBytes;
        }
    }
}
