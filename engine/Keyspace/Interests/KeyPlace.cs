namespace Pkv.Engine.Keyspace.Interests;

/// <summary>That one client is interested in one key. In memory of its own.</summary>
internal unsafe struct KeyPlace
{
    public KeyEntry* Entry;

    /// <summary>Its neighbours among those of the key: who came before, who came after.</summary>
    public KeyPlace* Before, After;

    /// <summary>The next one of the same client.</summary>
    public KeyPlace* OfClient;

    /// <summary>The client, by its number in the table.</summary>
    public int Client;
}
