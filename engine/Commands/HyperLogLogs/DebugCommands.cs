using System.Runtime.CompilerServices;
using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>PFDEBUG: shows how a HyperLogLog is held, or makes it dense. Source: the texts and replies of Redis 7.0.</summary>
[SkipLocalsInit]
internal static unsafe class DebugCommands
{
    private const int KeyArg = 2;

    public static void Debug(CommandContext context)
    {
        KeyRef key = context.KeyAt(KeyArg);
        if (!context.Find(key, out _))
        {
            context.Reply.Error("ERR The specified key does not exist"u8);
            return;
        }
        if (!HyperLogLogCommands.TryWrite(context, key, out Entry entry, out _))
            return;
        CommandContext.MarkRaw(entry);
        ReadOnlySpan<byte> word = context.Arg(1);
        if (OptionWord.Is(word, "GETREG"u8))
            TellRegisters(context, key, entry);
        else if (OptionWord.Is(word, "DECODE"u8))
            TellRuns(context, context.Strings.Of(entry));
        else if (OptionWord.Is(word, "ENCODING"u8))
            context.Reply.Simple(HyperLogLogFormat.EncodingOf(context.Strings.Of(entry)) == HyperLogLogEncoding.Dense ? "dense"u8 : "sparse"u8);
        else if (OptionWord.Is(word, "TODENSE"u8))
        {
            if (TryMakeDense(context, key, entry, out bool changed))
                context.Reply.Integer(changed ? 1 : 0);
        }
        else
            context.Reply.Error(Encoding.Latin1.GetBytes($"ERR Unknown PFDEBUG subcommand '{Printable(word)}'"));
    }

    // As in Redis, one that is sparse becomes dense by it.
    private static void TellRegisters(CommandContext context, in KeyRef key, in Entry entry)
    {
        if (!TryMakeDense(context, key, entry, out _))
            return;
        Span<byte> values = stackalloc byte[HyperLogLogFormat.Registers];
        values.Clear();
        context.Find(key, out Entry held, touch: false);
        if (!HyperLogLogCommands.TryMergeInto(context, context.Strings.Of(held), values))
            return;
        context.Reply.Array(values.Length);
        foreach (byte value in values)
            context.Reply.Integer(value);
    }

    private static bool TryMakeDense(CommandContext context, in KeyRef key, in Entry entry, out bool changed)
    {
        StoredString value = context.Strings.Of(entry);
        changed = HyperLogLogFormat.EncodingOf(value) == HyperLogLogEncoding.Sparse;
        if (!changed)
            return true;
        Span<byte> buffer = stackalloc byte[Sketch.BufferBytes];
        if (Sketch.TryLoad(value, buffer, 0, out Sketch sketch) && sketch.TryMakeDense())
            return HyperLogLogCommands.TryStore(context, key, entry, exists: true, sketch, tellsWatchers: false);
        HyperLogLogCommands.TellCorrupt(context);
        return false;
    }

    private static void TellRuns(CommandContext context, in StoredString value)
    {
        if (HyperLogLogFormat.EncodingOf(value) == HyperLogLogEncoding.Dense)
        {
            context.Reply.Error("ERR HLL encoding is not sparse"u8);
            return;
        }
        Span<byte> scratch = stackalloc byte[HyperLogLogFormat.SparseMaxBytes];
        ReadOnlySpan<byte> runs = value.From(0, scratch)[HyperLogLogFormat.HeaderBytes..];
        StringBuilder text = new();
        while (runs.Length > 0)
        {
            SparseRun run = SparseRun.Read(runs);
            runs = runs[Math.Min(run.Bytes, runs.Length)..];
            _ = run.Value != 0 ? text.Append($"v:{run.Value},{run.Length} ") : text.Append($"{(run.IsLong ? 'Z' : 'z')}:{run.Length} ");
        }
        context.Reply.Bulk(text.ToString().TrimEnd(' '));
    }

    // As C prints it: up to a zero byte.
    private static string Printable(ReadOnlySpan<byte> word)
    {
        int end = word.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? word : word[..end]).Replace('\r', ' ').Replace('\n', ' ');
    }
}
