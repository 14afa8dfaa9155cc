namespace Pkv.Engine.Keyspace.Interests;

/// <summary>The keys that one client is interested in. A field of the client; changed by <see cref="KeyInterests{TClient}"/> only.</summary>
internal unsafe struct KeyInterest
{
    /// <summary>The keys, the last one first; goes on with <see cref="KeyPlace.OfClient"/>.</summary>
    public KeyPlace* First;

    /// <summary>Its keys.</summary>
    public int Count;

    /// <summary>The client's number in the table plus one; 0: it has none.</summary>
    public int Number;
}
