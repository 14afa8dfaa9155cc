using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Interests;

namespace Pkv.Engine.Execution.Clients;

/// <summary>The keys that one session watches, and whether any of them was touched since.</summary>
public sealed unsafe class WatchSet
{
    internal KeyInterest Interest;
    private volatile bool _isDirty;

    /// <summary>A watched key was touched: EXEC answers nil.</summary>
    public bool IsDirty
    {
        get => _isDirty;
        set => _isDirty = value;
    }

    /// <summary>Keys in it.</summary>
    public int Count => Interest.Count;

    /// <summary>Its keys. Owner thread of the session.</summary>
    internal Keys All => new(Interest.First);

    internal ref struct Keys(KeyPlace* first)
    {
        private KeyPlace* _next = first;

        /// <summary>Its place in the table.</summary>
        public KeyEntry* Current { get; private set; }

        public readonly Keys GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_next == null)
                return false;
            Current = _next->Entry;
            _next = _next->OfClient;
            return true;
        }
    }
}
