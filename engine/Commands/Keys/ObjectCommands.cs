using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Space;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// OBJECT: how a value is stored. Here every string is a cell of the log or pieces in it, every collection a tree of places
/// in it; ENCODING returns what Redis would use.
/// </summary>
internal static unsafe class ObjectCommands
{
    /// <summary>Bytes of the longest string that Redis 7.0 holds beside its header ("embstr").</summary>
    private const int EmbeddedMaxBytes = 44;

    private const string PolicyNote = " Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.";

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("object|encoding", &Encoding);
        bindings.Bind("object|freq", &Frequency);
        bindings.Bind("object|idletime", &IdleTime);
        bindings.Bind("object|refcount", &ReferenceCount);
        bindings.Bind("object|help", &HelpReply.Container);
    }

    /// <summary>What Redis would call the value's encoding.</summary>
    public static ReadOnlySpan<byte> EncodingOf(CommandContext context, in Entry entry) =>
        entry.Kind is ValueKind.Pieces or ValueKind.RawString ? "raw"u8 : entry.IsString ? EncodingOf(entry.Value) : ValueEncoding.Of(context, entry.Collection);

    // By Redis's rule for a value that SET stores.
    private static ReadOnlySpan<byte> EncodingOf(ReadOnlySpan<byte> value) =>
        Integers.TryParse(value, out _) ? "int"u8 : value.Length <= EmbeddedMaxBytes ? "embstr"u8 : "raw"u8;

    private static void Encoding(CommandContext context)
    {
        if (TryFind(context, out Entry entry))
            context.Reply.Bulk(EncodingOf(context, entry));
    }

    private static void Frequency(CommandContext context)
    {
        if (!TryFind(context, out Entry entry))
            return;
        if (CountsFrequency(context))
            context.Reply.Integer((long)UseBits.CountOf(*entry.Slot));
        else
            context.Reply.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked." + PolicyNote);
    }

    // A slot keeps 9 bits of a clock of 8 s: the answer is a multiple of 8, and at most 4,096 (from 3,072 s on the background
    // holds it there).
    private static void IdleTime(CommandContext context)
    {
        if (!TryFind(context, out Entry entry))
            return;
        if (CountsFrequency(context))
        {
            context.Reply.Error("ERR An LFU maxmemory policy is selected, idle time not tracked." + PolicyNote);
            return;
        }
        context.Reply.Integer((long)UseBits.IdleUnits(*entry.Slot, context.NowMs) * Slot.LruUnitSeconds);
    }

    private static void ReferenceCount(CommandContext context)
    {
        if (TryFind(context, out _))
            context.Reply.Integer(1);
    }

    private static bool TryFind(CommandContext context, out Entry entry)
    {
        // Counted, but no miss to tell of: who asks how a key is held is no reader.
        bool found = context.Find(context.KeyAt(2), out entry, touch: false);
        _ = found ? context.Thread.Counters.KeyspaceHits++ : context.Thread.Counters.KeyspaceMisses++;
        if (found)
            return true;
        context.Reply.Null();
        return false;
    }

    private static bool CountsFrequency(CommandContext context) => context.Engine.Space.CountsAccesses;
}
