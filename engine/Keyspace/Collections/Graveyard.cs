using System.Diagnostics;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>
/// Large collections whose keys are gone: what they kept alive in the log is counted as dead, and their memory given back, a slice
/// at a time between turns, so that the DEL of millions of elements takes no longer than that of one. What lives in all is right
/// at once; what lives in each segment follows. Owner thread only, but for <see cref="ForgetCounts"/>.
/// </summary>
/// <remarks>
/// The walk reads the elements' records, so their segments must not be used again before it has passed: the thread's epoch stays
/// at that of the oldest burial (<see cref="EpochTable.Hold"/>). The cleaner takes what lies in a grave for dead, which it is.
/// </remarks>
internal sealed unsafe class Graveyard(CollectionStore store, EpochTable epochs, int thread)
{
    /// <summary>Collections of more elements are buried here; what is smaller goes at once: 0.1 ms.</summary>
    public const int MinElements = 1024;

    // Between looks at the clock: 50 us.
    private const int StepElements = 512;
    private const int StepLeaves = 256;

    // Against who flushes everything while a slice is under way: no stripe is held for that.
    private readonly Lock _lock = new();
    private readonly Queue<Grave> _graves = [];
    private ElementCursor _cursor;
    private bool _isWalking;

    /// <summary>The thread's turns go round: what is buried is looked after. Recovery and the tool for pools have no turns: there, all goes at once.</summary>
    public bool IsTended { get; set; }

    /// <summary>Nothing is left to do.</summary>
    public bool IsEmpty => _graves.Count == 0;

    /// <summary>Whether a collection goes by and by.</summary>
    public bool Takes(Collection* collection) => collection->Kind != ValueKind.Pieces && collection->Count > MinElements && IsTended;

    /// <summary>Gives a collection's memory back, of a large one by and by; what lived of it is counted.</summary>
    public void Drop(Collection* collection)
    {
        if (Takes(collection))
            Add(collection);
        else
            Collection.Free(collection);
    }

    /// <summary>Takes a collection that no key leads to any more.</summary>
    public void Add(Collection* collection)
    {
        lock (_lock)
        {
            Debug.Assert(collection->Count > 0 && collection->Kind != ValueKind.Pieces, "what is buried has elements to be counted");
            store.ForgetTotal(collection);
            if (_graves.Count == 0)
                epochs.Hold(thread, epochs.Announced(thread));
            _graves.Enqueue(new Grave(collection, epochs.Announced(thread)));
        }
    }

    /// <summary>Goes on for so many ticks of the stopwatch. Between turns: nobody looks at what was buried any more.</summary>
    public void Work(long ticks)
    {
        if (_graves.Count == 0)
            return;
        long until = Stopwatch.GetTimestamp() + ticks;
        lock (_lock)
        {
            do
            {
                if (!Step(_graves.Peek()))
                    continue;
                _isWalking = false;
                _graves.Dequeue();
                epochs.Hold(thread, _graves.Count == 0 ? EpochTable.Idle : _graves.Peek().Epoch);
            }
            while (_graves.Count != 0 && Stopwatch.GetTimestamp() < until);
        }
    }

    /// <summary>
    /// Nothing in the pool lives any more, and all counts are set to that: what is left here is not to be counted. Returns its bytes.
    /// Any thread, all stripes held.
    /// </summary>
    public long ForgetCounts()
    {
        long bytes = 0;
        lock (_lock)
        {
            foreach (Grave grave in _graves)
            {
                bytes += grave.Collection->LogBytes;
                grave.Collection->LogBytes = 0;
                grave.Collection->Count = 0;
            }
        }
        return bytes;
    }

    // True: nothing of it is left.
    private bool Step(in Grave grave)
    {
        Collection* collection = grave.Collection;
        if (!_isWalking)
        {
            _cursor = new ElementCursor(collection->Elements);
            _isWalking = true;
        }
        // A count of 0: its elements are not to be counted (any more).
        if (collection->Count != 0)
        {
            if (store.ForgetSome(collection, ref _cursor, StepElements))
                collection->Count = 0;
            return false;
        }
        return Collection.FreeSome(collection, StepLeaves);
    }

    private readonly struct Grave(Collection* collection, long epoch)
    {
        public Collection* Collection { get; } = collection;
        public long Epoch { get; } = epoch;
    }
}
