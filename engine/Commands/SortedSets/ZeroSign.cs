using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// Whether a score of -0 keeps its sign. Redis drops the sign in sets that it holds as a listpack (zero is an integer
/// there) and keeps it in larger sets.
/// </summary>
internal static unsafe class ZeroSign
{
    /// <summary>
    /// Drops the signs of zeros that are about to be put while the set is held in one piece. The elements come one after the other:
    /// one that makes the set large keeps the signs from there on.
    /// </summary>
    /// <param name="context">The command.</param>
    /// <param name="set">What the key holds and keeps, or null.</param>
    /// <param name="batch">Members and scores.</param>
    public static void Drop(CommandContext context, Collection* set, ElementBatch batch)
    {
        if (!HasAny(context, batch))
            return;
        long count = set == null ? 0 : set->Count;
        bool isLarge = set != null && !ValueEncoding.IsCompact(context, set);
        for (int i = 0; i < batch.Count && !isLarge; i++)
        {
            isLarge = IsLarge(context.Engine.Options, count + i + 1, batch.Items[i].Length);
            if (!isLarge)
                batch.Items[i].Score += 0.0;
            context.Breathe(i);
        }
    }

    /// <summary>The same for a set that is made as a whole.</summary>
    public static void DropFromWhole(CommandContext context, ElementBatch batch)
    {
        // Nothing to look for in what is large anyway.
        if (IsLarge(context.Engine.Options, batch.Count, 0) || !HasAny(context, batch))
            return;
        int longest = 0;
        for (int i = 0; i < batch.Count; i++)
            longest = Math.Max(longest, batch.Items[i].Length);
        for (int i = 0; i < batch.Count && !IsLarge(context.Engine.Options, batch.Count, longest); i++)
            batch.Items[i].Score += 0.0;
    }

    private static bool HasAny(CommandContext context, ElementBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            context.Breathe(i);
            if (batch.Items[i].Score == 0 && double.IsNegative(batch.Items[i].Score))
                return true;
        }
        return false;
    }

    private static bool IsLarge(EngineOptions options, long count, int length) =>
        count > options.ZsetMaxListpackEntries || length > options.ZsetMaxListpackValueBytes;
}
