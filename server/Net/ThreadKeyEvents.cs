using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Server.Blocking;
using Pkv.Server.PubSub;

namespace Pkv.Server.Net;

/// <summary>Takes what happens to keys to the subscribers of keyspace events, and to clients that wait for a key. Owner thread only.</summary>
internal sealed class ThreadKeyEvents(PubSubRegistry registry, Publisher publisher, BlockedClients blocked) : KeyEvents
{
    public override void Notify(KeyspaceEvents asked, ReadOnlySpan<byte> name, in KeyRef key)
    {
        if (registry.HasListeners)
            publisher.NotifyOf(asked, name, key);
    }

    public override void KeyBecame(in KeyRef key, ValueKind kind) => blocked.KeyBecame(key, kind);

    public override void DatabaseBecame(Database database) => blocked.DatabaseBecame(database);
}
