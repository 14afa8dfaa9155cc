namespace Pkv.Ycsb.Generators;

/// <summary>
/// Numbers of records that are inserted while others are read. A number is given out once, and shows in <see cref="Last"/>
/// only when it and all before it have been answered: no reader is sent to a record that is not there yet. From any thread.
/// </summary>
internal sealed class AcknowledgedCounter
{
    private const int WindowMask = (1 << 20) - 1; // far more than can be on the wire at once

    private readonly Lock _lock = new();
    private readonly bool[] _answered = new bool[WindowMask + 1];
    private readonly SharedCounter _given;
    private long _last;

    /// <param name="first">The first number to be given out; all below count as inserted.</param>
    public AcknowledgedCounter(long first)
    {
        _given = new SharedCounter(first);
        _last = first - 1;
    }

    /// <summary>The largest number that has been inserted together with all below it.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>The next number to insert.</summary>
    public long Next() => _given.Next();

    /// <summary>A number that was given out has been answered, well or badly.</summary>
    public void Acknowledge(long number)
    {
        lock (_lock)
        {
            _answered[number & WindowMask] = true;
            long last = _last;
            while (_answered[(last + 1) & WindowMask]) _answered[++last & WindowMask] = false;
            Volatile.Write(ref _last, last);
        }
    }
}
