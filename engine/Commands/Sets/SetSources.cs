using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Commands.Sets;

/// <summary>The sets that SINTER, SUNION, SDIFF and related commands name.</summary>
internal static unsafe class SetSources
{
    /// <summary>
    /// Finds the sets at the arguments, in their order, leaving out keys that are not there. False: one holds another type, and
    /// the client has been told.
    /// </summary>
    /// <param name="context">The command.</param>
    /// <param name="firstArg">The first key.</param>
    /// <param name="count">How many.</param>
    /// <param name="sources">What was found.</param>
    /// <param name="hasFirst">Whether the first key is there.</param>
    public static bool TryFind(CommandContext context, int firstArg, int count, out BulkList sources, out bool hasFirst)
    {
        sources = BulkList.Sources;
        hasFirst = false;
        for (int i = 0; i < count; i++)
        {
            context.Breathe(i);
            if (!context.Collections.TryRead(firstArg + i, ValueKind.Set, out Collection* set))
                return false;
            if (set == null)
                continue;
            sources.Add(set);
            hasFirst |= i == 0;
        }
        return true;
    }
}
