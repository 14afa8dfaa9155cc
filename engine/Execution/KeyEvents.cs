using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Execution;

/// <summary>
/// Told by the commands of one thread what happens to keys, beside the watchers of WATCH: keyspace notifications, clients that wait for
/// a key. Under the key's stripe lock, after the change. Owner thread only.
/// </summary>
public abstract class KeyEvents
{
    /// <summary>Nobody listens.</summary>
    public static KeyEvents Unheard { get; } = new Nobody();

    /// <summary>A keyspace event of a class that is asked for.</summary>
    /// <param name="asked">What notify-keyspace-events asks for.</param>
    /// <param name="name">As Redis names it ("hset").</param>
    /// <param name="key">The key that it happened to.</param>
    public abstract void Notify(KeyspaceEvents asked, ReadOnlySpan<byte> name, in KeyRef key);

    /// <summary>A key holds a value of this kind that it did not hold before.</summary>
    public abstract void KeyBecame(in KeyRef key, ValueKind kind);

    /// <summary>A database has another's keys from now on. All stripes are held.</summary>
    public abstract void DatabaseBecame(Database database);

    private sealed class Nobody : KeyEvents
    {
        public override void Notify(KeyspaceEvents asked, ReadOnlySpan<byte> name, in KeyRef key)
        {
        }

        public override void KeyBecame(in KeyRef key, ValueKind kind)
        {
        }

        public override void DatabaseBecame(Database database)
        {
        }
    }
}
