using System.Diagnostics;

namespace Pkv.Engine.Keyspace.Collections;

/// <summary>Looks into hashes.</summary>
public static unsafe class HashValue
{
    /// <summary>The field's bulk string, which its value's follows; null: there is no such field.</summary>
    public static byte* Find(Collection* hash, byte* pool, byte* field, int length)
    {
        Debug.Assert(hash->Kind == ValueKind.Hash, "what is looked into as a hash is one");
        Element* element = hash->Elements.Find(Probe.OfHash(field, length, pool));
        return element == null ? null : element->Bulk(pool);
    }
}
