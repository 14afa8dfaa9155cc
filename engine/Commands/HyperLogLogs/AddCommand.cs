using System.Runtime.CompilerServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// PFADD. A sparse HyperLogLog, which is short, is rewritten; of a dense one the changed registers are logged. Elements that change
/// nothing write nothing. Source: redis.io/commands/pfadd.
/// </summary>
[SkipLocalsInit]
internal static unsafe class AddCommand
{
    /// <summary>
    /// Elements of one command up to which the changed registers of a dense HyperLogLog are logged each by itself. Each is a record of about
    /// 100 bytes; as many as this take a fourth of the bytes of the whole.
    /// </summary>
    public const int ElementsInPart = 32;

    private const int FirstElement = 2;

    public static void Add(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        if (!HyperLogLogCommands.TryWrite(context, key, out Entry entry, out bool exists))
            return;
        if (exists)
            CommandContext.MarkRaw(entry);
        StoredString old = context.Strings.Of(entry);
        bool isDense = exists && HyperLogLogFormat.EncodingOf(old) == HyperLogLogEncoding.Dense;
        bool changed, done = isDense && context.ArgCount - FirstElement <= ElementsInPart
            ? AddInPart(context, key, entry, old, out changed)
            : AddWhole(context, key, entry, exists, old, out changed);
        if (!done)
            return;
        if (changed)
        {
            context.TouchWatchers(key);
            context.Notify(KeyspaceEvents.String, "pfadd"u8, key);
        }
        context.Reply.Integer(changed ? 1 : 0);
    }

    // False: the client has been told why nothing was done.
    private static bool AddWhole(CommandContext context, in KeyRef key, in Entry entry, bool exists, in StoredString old, out bool changed)
    {
        Span<byte> buffer = stackalloc byte[Sketch.BufferBytes];
        long sparseMaxBytes = context.Engine.Options.HllSparseMaxBytes;
        Sketch sketch = Sketch.New(buffer, sparseMaxBytes);
        bool isSound = !exists || Sketch.TryLoad(old, buffer, sparseMaxBytes, out sketch);
        // That there is a key at all is a change.
        changed = !exists;
        for (int i = FirstElement; i < context.ArgCount && isSound; i++)
        {
            int register = HyperLogLogFormat.RegisterOf(context.Arg(i), out byte value);
            isSound = sketch.TryRaise(register, value, ref changed);
            context.Breathe(i);
        }
        if (changed)
        {
            sketch.MakeStale();
            if (!HyperLogLogCommands.TryStore(context, key, entry, exists, sketch, tellsWatchers: false))
                return false;
        }
        // As in Redis, the elements before the one that shows it are in.
        if (!isSound)
            HyperLogLogCommands.TellCorrupt(context);
        return isSound;
    }

    private static bool AddInPart(CommandContext context, in KeyRef key, in Entry entry, in StoredString old, out bool changed)
    {
        int first = FirstElement;
        while (first < context.ArgCount && !Raises(old, context.Arg(first), default, out _, out _))
            first++;
        changed = first < context.ArgCount;
        if (!changed)
            return true;
        if (!context.Strings.HasRoomForChanges(key, entry, context.ArgCount - first + 1, DenseRegisters.SpanBytes))
            return false;
        context.Thread.Log.BeginTransaction();
        byte flags = old.At(HyperLogLogFormat.StaleOffset);
        if ((flags & HyperLogLogFormat.StaleBit) == 0)
            context.Strings.TryPut(key, entry, HyperLogLogFormat.StaleOffset, [(byte)(flags | HyperLogLogFormat.StaleBit)], tellsWatchers: false, isPromised: true);
        Span<byte> window = stackalloc byte[DenseRegisters.SpanBytes];
        for (int i = first; i < context.ArgCount; i++)
        {
            context.Find(key, out Entry held, touch: false);
            if (Raises(context.Strings.Of(held), context.Arg(i), window, out int offset, out int bytes))
                context.Strings.TryPut(key, held, offset, window[..bytes], tellsWatchers: false, isPromised: true);
        }
        context.Thread.Log.EndTransaction();
        return true;
    }

    // Whether the element's register is lower than it asks for; if there is a window, the register's bytes as they are to be, and their offset.
    private static bool Raises(in StoredString dense, ReadOnlySpan<byte> element, Span<byte> window, out int offset, out int bytes)
    {
        int register = HyperLogLogFormat.RegisterOf(element, out byte value);
        offset = HyperLogLogFormat.HeaderBytes + DenseRegisters.OffsetOf(register, out bytes);
        Span<byte> scratch = stackalloc byte[DenseRegisters.SpanBytes];
        ReadOnlySpan<byte> held = dense.From(offset, scratch[..bytes]);
        if (DenseRegisters.Get(held, register) >= value)
            return false;
        if (window.Length > 0)
        {
            held.CopyTo(window);
            DenseRegisters.Set(window, register, value);
        }
        return true;
    }
}
