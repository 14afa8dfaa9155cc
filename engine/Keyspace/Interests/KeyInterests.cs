using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace.Interests;

/// <summary>
/// Which clients are interested in which keys: that are watched, or waited for. Off the managed heap, where 40,000 keys of one client
/// made the garbage collector stop every thread for 80 ms; and it grows a few buckets at a time. Not thread-safe: under the lock of
/// whoever owns it.
/// </summary>
internal sealed unsafe class KeyInterests<TClient>
    where TClient : class
{
    private const uint FirstBuckets = 64;

    // Of the old buckets, with each key that is added: they are through long before the new ones are full.
    private const int MovedAtOnce = 4;

    private readonly List<TClient?> _clients = [];
    private readonly Stack<int> _freeNumbers = [];
    private KeyEntry** _buckets = Buckets(FirstBuckets);
    private KeyEntry** _old;
    private uint _size = FirstBuckets, _moved;

    ~KeyInterests() => Free();

    /// <summary>Keys in it.</summary>
    public int Count { get; private set; }

    /// <summary>The key's entry, or null. Valid while anybody is interested in it, or pins it.</summary>
    public KeyEntry* Find(int database, ulong hash, ReadOnlySpan<byte> key)
    {
        KeyEntry* entry = *Bucket(hash);
        while (entry != null && (entry->Hash != hash || entry->Database != database || !KeyEntry.Key(entry).SequenceEqual(key)))
            entry = entry->Next;
        return entry;
    }

    /// <summary>The client that has a place.</summary>
    public TClient ClientOf(KeyPlace* place) => _clients[place->Client]!;

    /// <summary>Adds a key to what a client is interested in, behind the others. False: it was already.</summary>
    public bool Add(TClient client, ref KeyInterest interest, int database, ulong hash, ReadOnlySpan<byte> key)
    {
        KeyEntry* entry = Find(database, hash, key);
        if (entry == null)
            entry = Make(database, hash, key);
        else if (Has(entry, interest))
            return false;
        if (interest.Number == 0)
            interest.Number = NumberOf(client) + 1;
        KeyPlace* place = (KeyPlace*)NativeMemory.Alloc((nuint)sizeof(KeyPlace));
        *place = new KeyPlace { Entry = entry, Before = entry->Last, OfClient = interest.First, Client = interest.Number - 1 };
        if (entry->Last == null)
            entry->First = place;
        else
            entry->Last->After = place;
        entry->Last = place;
        entry->Places++;
        interest.First = place;
        interest.Count++;
        return true;
    }

    /// <summary>Takes a client out of so many of its keys, or all that are left. True: it has none any more.</summary>
    public bool RemoveSome(ref KeyInterest interest, int keys)
    {
        for (; keys > 0 && interest.First != null; keys--)
        {
            KeyPlace* place = interest.First;
            interest.First = place->OfClient;
            interest.Count--;
            Leave(place);
            NativeMemory.Free(place);
        }
        Debug.Assert(interest.Count == 0 == (interest.First == null), "a client's keys are counted");
        if (interest.First != null)
            return false;
        if (interest.Number != 0)
        {
            _clients[interest.Number - 1] = null;
            _freeNumbers.Push(interest.Number - 1);
            interest.Number = 0;
        }
        return true;
    }

    /// <summary>Keeps an entry where it is, whoever leaves it, until <see cref="Unpin"/>.</summary>
    public static void Pin(KeyEntry* entry) => entry->Pins++;

    /// <summary>Undoes <see cref="Pin"/>, once.</summary>
    public void Unpin(KeyEntry* entry)
    {
        Debug.Assert(entry->Pins > 0, "what is let go was pinned");
        entry->Pins--;
        DropIfUnused(entry);
    }

    /// <summary>Calls somebody for each key, who neither adds nor removes any.</summary>
    public void ForEach(Action<nint> visit)
    {
        Visit(_buckets, _size, visit);
        if (_old != null)
            Visit(_old, _size / 2, visit);
    }

    private static void Visit(KeyEntry** buckets, uint size, Action<nint> visit)
    {
        for (uint i = 0; i < size; i++)
        {
            for (KeyEntry* entry = buckets[i]; entry != null; entry = entry->Next)
                visit((nint)entry);
        }
    }

    // By the shorter of the two lists.
    private static bool Has(KeyEntry* entry, in KeyInterest interest)
    {
        if (interest.Number == 0)
            return false;
        if (entry->Places <= interest.Count)
        {
            for (KeyPlace* place = entry->Last; place != null; place = place->Before)
            {
                if (place->Client == interest.Number - 1)
                    return true;
            }
            return false;
        }
        for (KeyPlace* place = interest.First; place != null; place = place->OfClient)
        {
            if (place->Entry == entry)
                return true;
        }
        return false;
    }

    private int NumberOf(TClient client)
    {
        if (_freeNumbers.TryPop(out int number))
        {
            _clients[number] = client;
            return number;
        }
        _clients.Add(client);
        return _clients.Count - 1;
    }

    private KeyEntry* Make(int database, ulong hash, ReadOnlySpan<byte> key)
    {
        if (_old != null)
            MoveSome();
        else if (Count >= _size)
            Grow();
        KeyEntry* entry = (KeyEntry*)NativeMemory.Alloc((nuint)(sizeof(KeyEntry) + key.Length));
        KeyEntry** bucket = Bucket(hash);
        *entry = new KeyEntry { Next = *bucket, Hash = hash, Database = database, Length = key.Length };
        key.CopyTo(new Span<byte>(KeyEntry.Data(entry), key.Length));
        *bucket = entry;
        Count++;
        return entry;
    }

    private void Leave(KeyPlace* place)
    {
        KeyEntry* entry = place->Entry;
        if (place->Before == null)
            entry->First = place->After;
        else
            place->Before->After = place->After;
        if (place->After == null)
            entry->Last = place->Before;
        else
            place->After->Before = place->Before;
        entry->Places--;
        DropIfUnused(entry);
    }

    private void DropIfUnused(KeyEntry* entry)
    {
        Debug.Assert(entry->Places == 0 == (entry->First == null), "a key's places are counted");
        if (entry->Places != 0 || entry->Pins != 0)
            return;
        KeyEntry** at = Bucket(entry->Hash);
        while (*at != entry)
            at = &(*at)->Next;
        *at = entry->Next;
        NativeMemory.Free(entry);
        if (--Count == 0 && _size != FirstBuckets)
            Shrink();
    }

    // While the buckets are doubled: an old one, until it was moved.
    private KeyEntry** Bucket(ulong hash)
    {
        if (_old != null && (hash & (_size / 2 - 1)) is var old && old >= _moved)
            return _old + old;
        return _buckets + (hash & (_size - 1));
    }

    private void Grow()
    {
        _old = _buckets;
        _moved = 0;
        _size *= 2;
        _buckets = Buckets(_size);
    }

    private void MoveSome()
    {
        for (int i = 0; i < MovedAtOnce && _moved < _size / 2; i++, _moved++)
        {
            for (KeyEntry* entry = _old[_moved]; entry != null;)
            {
                KeyEntry* next = entry->Next;
                KeyEntry** bucket = _buckets + (entry->Hash & (_size - 1));
                entry->Next = *bucket;
                *bucket = entry;
                entry = next;
            }
            _old[_moved] = null;
        }
        if (_moved < _size / 2)
            return;
        NativeMemory.Free(_old);
        _old = null;
    }

    private void Shrink()
    {
        NativeMemory.Free(_old);
        NativeMemory.Free(_buckets);
        _old = null;
        _size = FirstBuckets;
        _buckets = Buckets(FirstBuckets);
    }

    private void Free()
    {
        ForEach(static e =>
        {
            for (KeyPlace* place = ((KeyEntry*)e)->First; place != null;)
            {
                KeyPlace* after = place->After;
                NativeMemory.Free(place);
                place = after;
            }
        });
        FreeEntries(_buckets, _size);
        if (_old != null)
            FreeEntries(_old, _size / 2);
        NativeMemory.Free(_old);
        NativeMemory.Free(_buckets);
    }

    private static void FreeEntries(KeyEntry** buckets, uint size)
    {
        for (uint i = 0; i < size; i++)
        {
            for (KeyEntry* entry = buckets[i]; entry != null;)
            {
                KeyEntry* next = entry->Next;
                NativeMemory.Free(entry);
                entry = next;
            }
        }
    }

    private static KeyEntry** Buckets(uint count) => (KeyEntry**)NativeMemory.AllocZeroed(count, (nuint)sizeof(KeyEntry*));
}
