using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// Removes named elements of a collection, publishes the events and replies with their number: HDEL, SREM and similar
/// commands.
/// </summary>
internal static unsafe class CollectionRemoval
{
    /// <summary>Removes what the batch names, all of it there, and answers the command.</summary>
    public static void Run(CommandContext context, in KeyRef key, Collection* collection, ElementBatch batch, KeyspaceEvents type, ReadOnlySpan<byte> happened)
    {
        if (batch.Count == 0)
            context.Reply.Integer(0);
        else if (TryRun(context, key, collection, batch, type, happened, out uint removed))
            context.Reply.Integer(removed);
    }

    /// <summary>Removes what the batch names. False: the client has been told that there is no room even for that.</summary>
    public static bool TryRun(CommandContext context, in KeyRef key, Collection* collection, ElementBatch batch, KeyspaceEvents type,
        ReadOnlySpan<byte> happened, out uint removed)
    {
        uint before = collection->Count;
        bool done = context.Collections.Remove(key, collection, batch);
        // Names may have been given twice. What is empty is gone, but may be looked at until the turn ends.
        removed = before - collection->Count;
        if (!done)
            return false;
        context.Notify(type, happened, key);
        if (collection->Count == 0)
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
        return true;
    }
}
