using System.Diagnostics;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Looks into sets.</summary>
public static unsafe class SetValue
{
    /// <summary>The member's bulk string; null: it is not one.</summary>
    public static byte* Find(Collection* set, byte* pool, byte* member, int length)
    {
        Debug.Assert(set->Kind == ValueKind.Set, "what is looked into as a set is one");
        Element* element = set->Elements.Find(Probe.OfHash(member, length, pool));
        return element == null ? null : element->Bulk(pool);
    }

    /// <summary>As <see cref="Find(Collection*, byte*, byte*, int)"/>, where the member's hash is known.</summary>
    public static byte* Find(Collection* set, byte* pool, ulong hash, byte* member, int length)
    {
        Debug.Assert(set->Kind == ValueKind.Set && hash == KeyHash.Of(member, length), "a member is looked for by its hash, in a set");
        Element* element = set->Elements.Find(Probe.Of(hash, member, length, pool));
        return element == null ? null : element->Bulk(pool);
    }
}
