using Pkv.Engine.Commands.SortedSets.Ranges;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>The last step of the sorted set commands that write: storing, replying and publishing events.</summary>
internal static unsafe class SortedSetStore
{
    /// <summary>
    /// The key holds what is in the batch, whatever it held before, or is gone if that is nothing. Replies with the number of
    /// elements.
    /// </summary>
    public static void Replace(CommandContext context, int keyArg, ElementBatch batch, ReadOnlySpan<byte> happened)
    {
        KeyRef key = context.KeyAt(keyArg);
        if (batch.Count > 0)
        {
            if (!context.Collections.Replace(key, ValueKind.SortedSet, batch))
                return;
            context.Notify(KeyspaceEvents.SortedSet, happened, key);
        }
        else if (context.Find(key, out Entry entry, touch: false))
        {
            if (!context.Delete(key, entry))
                return;
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
        }
        context.Reply.Integer(batch.Count);
    }

    /// <summary>
    /// Removes the elements of a range of ranks, which are some. False: there is no room to log that, and the client has been
    /// told.
    /// </summary>
    public static bool Remove(CommandContext context, in KeyRef key, Collection* set, RankRange range, ReadOnlySpan<byte> happened)
    {
        bool all = range.Count == set->Count;
        if (all)
        {
            if (!context.Find(key, out Entry entry, touch: false) || !context.Delete(key, entry))
                return false;
        }
        else
        {
            ElementBatch batch = context.Collections.NewBatch();
            ElementCursor at = new(set->Elements, range.First);
            for (long left = range.Count; left > 0; left--)
            {
                batch.AddBulk(at.Bulk(context.PoolBase));
                at.MoveNext();
                context.Breathe(left);
            }
            if (!context.Collections.Remove(key, set, batch))
                return false;
        }
        TellRemoved(context, key, happened, all);
        return true;
    }

    /// <summary>Tells who listens that elements are gone, and the key with them if it is.</summary>
    public static void TellRemoved(CommandContext context, in KeyRef key, ReadOnlySpan<byte> happened, bool all)
    {
        context.Notify(KeyspaceEvents.SortedSet, happened, key);
        if (all)
            context.Notify(KeyspaceEvents.Generic, "del"u8, key);
    }
}
