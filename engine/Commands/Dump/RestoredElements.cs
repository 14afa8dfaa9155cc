using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Rdb;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>
/// Gathers the elements of a restored collection as a batch. Elements that are contiguous in the payload stay there;
/// numbers and compressed strings are copied aside, off the managed heap. Refuses duplicates. For one collection.
/// </summary>
internal sealed unsafe class RestoredElements(RdbPayload payload, ValueKind kind, ElementBatch batch) : IRdbElements, IDisposable
{
    private readonly KeptBytes _kept = new();
    private readonly ScoredMembers _names = ScoredMembers.Begin(0, isIndexed: kind != ValueKind.List);
    private byte* _first;
    private int _firstLength;
    private bool _isSecond;

    /// <summary>What is wrong with the elements so far, or null.</summary>
    public string? Error { get; private set; }

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<byte> part)
    {
        if (_isSecond && kind == ValueKind.SortedSet)
        {
            if (Doubles.TryParse(part, out double score))
                Add(score);
            else
                Error = "a score that is not a number";
            return;
        }
        byte* data = Kept(part);
        if (kind == ValueKind.List)
            batch.Add(data, part.Length);
        else if (_isSecond)
        {
            batch.AddPair(_first, _firstLength, data, part.Length);
            _isSecond = false;
        }
        else
            AddName(data, part.Length);
    }

    /// <inheritdoc/>
    public void Add(double score)
    {
        if (double.IsNaN(score))
            Error = "a score that is not a number";
        batch.AddScored(score, _first, _firstLength);
        _isSecond = false;
    }

    /// <summary>All elements were read. Whether they make a collection.</summary>
    public bool TryEnd()
    {
        if (_isSecond)
            Error = "a collection that ends within a pair";
        else if (batch.Count == 0)
            Error ??= "a collection without elements";
        return Error is null;
    }

    public void Dispose()
    {
        _kept.Dispose();
        _names.Dispose();
    }

    private void AddName(byte* data, int length)
    {
        ulong hash = KeyHash.Of(data, length);
        if (_names.Find(hash, data, length) != null)
            Error = "a duplicate element";
        _names.Add(hash, data, length, 0);
        if (kind == ValueKind.Set)
        {
            batch.Add(data, length);
            return;
        }
        _first = data;
        _firstLength = length;
        _isSecond = true;
    }

    private byte* Kept(ReadOnlySpan<byte> part)
    {
        fixed (byte* source = part)
        {
            // An empty part may have no address of its own.
            return payload.Holds(source) ? source : _kept.Keep(part);
        }
    }
}
