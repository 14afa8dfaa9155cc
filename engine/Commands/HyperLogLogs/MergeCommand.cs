using System.Runtime.CompilerServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// PFMERGE: the target becomes the union of itself and the sources, dense if any of them is. Logged as the whole value. Source:
/// redis.io/commands/pfmerge.
/// </summary>
[SkipLocalsInit]
internal static unsafe class MergeCommand
{
    private const int Target = 1;

    public static void Merge(CommandContext context)
    {
        Span<byte> largest = stackalloc byte[HyperLogLogFormat.Registers];
        largest.Clear();
        bool isDense = false;
        // The target is the first of the sources.
        for (int i = Target; i < context.ArgCount; i++)
        {
            if (!HyperLogLogCommands.TryRead(context, i, out Entry source, out bool isThere))
                return;
            if (!isThere)
                continue;
            StoredString value = context.Strings.Of(source);
            isDense |= HyperLogLogFormat.EncodingOf(value) == HyperLogLogEncoding.Dense;
            if (!HyperLogLogCommands.TryMergeInto(context, value, largest))
                return;
            context.Breathe();
        }
        if (!TryStoreUnion(context, largest, isDense))
            return;
        // As in Redis: it is an addition of many elements.
        context.Notify(KeyspaceEvents.String, "pfadd"u8, context.KeyAt(Target));
        context.Reply.Ok();
    }

    private static bool TryStoreUnion(CommandContext context, ReadOnlySpan<byte> largest, bool isDense)
    {
        KeyRef target = context.KeyAt(Target);
        bool exists = context.Find(target, out Entry entry), isSound = true;
        long sparseMaxBytes = context.Engine.Options.HllSparseMaxBytes;
        Span<byte> buffer = stackalloc byte[Sketch.BufferBytes];
        Sketch union = Sketch.New(buffer, sparseMaxBytes);
        if (exists)
            isSound = Sketch.TryLoad(context.Strings.Of(entry), buffer, sparseMaxBytes, out union);
        if (isDense)
            isSound = isSound && union.TryMakeDense();
        // One after the other: the bytes of a sparse one depend on it.
        bool changed = false;
        for (int register = 0; register < largest.Length && isSound; register++)
        {
            if (largest[register] == 0)
                continue;
            isSound = union.TryRaise(register, largest[register], ref changed);
            context.Breathe();
        }
        if (!isSound)
        {
            HyperLogLogCommands.TellCorrupt(context);
            return false;
        }
        union.MakeStale();
        return HyperLogLogCommands.TryStore(context, target, entry, exists, union);
    }
}
