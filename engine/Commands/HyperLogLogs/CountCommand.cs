using System.Runtime.CompilerServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// PFCOUNT. Of one key the count is cached in the value, as in Redis: bytes that clients see are logged, so a count that is computed anew is
/// a small write. Where that has no room the count is told all the same, and computed again the next time. Source: redis.io/commands/pfcount.
/// </summary>
[SkipLocalsInit]
internal static unsafe class CountCommand
{
    public static void Count(CommandContext context)
    {
        if (context.ArgCount == 2)
            CountOne(context);
        else
            CountUnion(context);
    }

    private static void CountUnion(CommandContext context)
    {
        Span<byte> largest = stackalloc byte[HyperLogLogFormat.Registers];
        largest.Clear();
        for (int i = 1; i < context.ArgCount; i++)
        {
            if (!HyperLogLogCommands.TryRead(context, i, out Entry entry, out bool exists)
                || (exists && !HyperLogLogCommands.TryMergeInto(context, context.Strings.Of(entry), largest)))
                return;
            context.Breathe();
        }
        Span<int> histogram = stackalloc int[CardinalityEstimate.HistogramSize];
        histogram.Clear();
        foreach (byte value in largest)
            histogram[value]++;
        context.Reply.Integer((long)CardinalityEstimate.Of(histogram));
    }

    private static void CountOne(CommandContext context)
    {
        if (!HyperLogLogCommands.TryRead(context, 1, out Entry entry, out bool exists))
            return;
        if (!exists)
        {
            context.Reply.Integer(0);
            return;
        }
        StoredString value = context.Strings.Of(entry);
        Span<byte> header = stackalloc byte[HyperLogLogFormat.HeaderBytes];
        value.CopyTo(0, header);
        CommandContext.MarkRaw(entry);
        if (!HyperLogLogFormat.TryReadCount(header, out ulong count))
        {
            if (!TryEstimate(value, out count))
            {
                HyperLogLogCommands.TellCorrupt(context);
                return;
            }
            Cache(context, entry, value, count);
        }
        context.Reply.Integer((long)count);
    }

    private static bool TryEstimate(in StoredString value, out ulong count)
    {
        count = 0;
        if (value.Length > HyperLogLogFormat.SparseMaxBytes)
            return false;
        Span<byte> scratch = stackalloc byte[HyperLogLogFormat.SparseMaxBytes];
        ReadOnlySpan<byte> registers = value.From(0, scratch)[HyperLogLogFormat.HeaderBytes..];
        Span<int> histogram = stackalloc int[CardinalityEstimate.HistogramSize];
        histogram.Clear();
        if (HyperLogLogFormat.EncodingOf(value) == HyperLogLogEncoding.Dense)
            DenseRegisters.AddTo(registers, histogram);
        else if (!SparseRegisters.TryAddTo(registers, histogram))
            return false;
        count = CardinalityEstimate.Of(histogram);
        return true;
    }

    // A read is never refused for want of room, nor for a device that fails.
    private static void Cache(CommandContext context, in Entry entry, in StoredString value, ulong count)
    {
        KeyRef key = context.KeyAt(1);
        if (context.Engine.WriteError is not null || !HasRoom(context, key, entry, value))
            return;
        context.Thread.Phase = TurnPhase.Changing;
        if (StringAccess.TakesPart(entry, value.Length))
        {
            Span<byte> bytes = stackalloc byte[sizeof(ulong)];
            HyperLogLogFormat.WriteCount(bytes, count);
            context.Strings.TryPut(key, entry, HyperLogLogFormat.CountOffset, bytes, isPromised: true);
            return;
        }
        Span<byte> buffer = stackalloc byte[Sketch.BufferBytes];
        if (!Sketch.TryLoad(value, buffer, 0, out Sketch sketch))
            return;
        sketch.SetCount(count);
        HyperLogLogCommands.TryStore(context, key, entry, exists: true, sketch);
    }

    private static bool HasRoom(CommandContext context, in KeyRef key, in Entry entry, in StoredString value)
    {
        RecordPlan plan = context.Recorder.BeginPlan();
        if (StringAccess.TakesPart(entry, value.Length))
            context.Strings.PlanChanges(plan, key, entry, 1, sizeof(ulong));
        else
            plan.AddValue(key, value.Length);
        return context.Recorder.TryPrepare();
    }
}
