using Pkv.Ycsb.Core;
using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Engine;

/// <summary>One operation under way. Made once and used again for one operation after the other.</summary>
internal sealed class OperationSlot
{
    private readonly byte[] _key = new byte[KeyName.BytesMost];
    private int _keyLength;

    public OperationKind Kind { get; set; }

    /// <summary>The record's number.</summary>
    public long Record { get; private set; }

    /// <summary>The record's name.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>The field that is read; or all.</summary>
    public int ReadField { get; set; }

    /// <summary>The field that is written; or all.</summary>
    public int WrittenField { get; set; }

    /// <summary>A scan's records.</summary>
    public int ScanLength { get; set; }

    public long BegunNs { get; set; }

    /// <summary>When it was to begin; <see cref="BegunNs"/> where there is no target.</summary>
    public long IntendedNs { get; set; }

    /// <summary>In its second half: entering what was inserted, reading what was found, writing what was read.</summary>
    public bool IsInSecondHalf { get; set; }

    /// <summary>When the second half began.</summary>
    public long SecondHalfNs { get; set; }

    /// <summary>When a failed insert is to be tried again.</summary>
    public long RetryNs { get; set; }

    /// <summary>Commands on the wire.</summary>
    public int Awaited { get; set; }

    public Outcome Outcome { get; set; }

    /// <summary>How often a failed insert has been tried again.</summary>
    public int Retries { get; set; }

    /// <summary>Names that a scan found and has still to read.</summary>
    public KeyList Found { get; } = new();

    /// <summary>Makes it an operation on a record.</summary>
    public void SetRecord(long record, CoreWorkload workload)
    {
        Record = record;
        _keyLength = KeyName.Write(_key, record, workload.ZeroPadding, workload.IsOrdered);
    }
}
