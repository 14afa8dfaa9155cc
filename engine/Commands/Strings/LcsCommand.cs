using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Replies;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Strings;

/// <summary>LCS: the longest common subsequence of two strings. Source: redis.io/commands/lcs.</summary>
internal static unsafe class LcsCommand
{
    // Redis's table has four bytes a cell and may not pass proto-max-bulk-len; ours is smaller, the limit the same.
    private const long CellBytes = 4;

    public static void Longest(CommandContext context)
    {
        // Both are looked up before either is judged, as in Redis: a second key that is missing counts, and tells so.
        bool isString = TryFind(context, 1, out ReadOnlySpan<byte> a) & TryFind(context, 2, out ReadOnlySpan<byte> b);
        if (!isString)
        {
            context.Reply.Error("ERR The specified keys must contain string values"u8);
            return;
        }
        if (!TryReadOptions(context, out Options options))
            return;
        if (options.Indexes && options.Length)
        {
            context.Reply.Error("ERR If you want both the length and indexes, please just use IDX."u8);
            return;
        }
        if ((a.Length + 1L) * (b.Length + 1L) > context.Engine.Options.ProtoMaxBulkLenBytes / CellBytes)
        {
            context.Reply.Error("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"u8);
            return;
        }
        if (options.Length)
        {
            using LcsTable lengths = new(a, b, keepsPath: false);
            context.Reply.Integer(lengths.Length);
            return;
        }
        using LcsTable table = new(a, b, keepsPath: true);
        List<LcsTable.Run> runs = table.Runs(a, b);
        if (options.Indexes)
            AnswerIndexes(context.Reply, runs, table.Length, options);
        else
            AnswerText(context.Reply, a, runs, table.Length);
    }

    private static bool TryFind(CommandContext context, int keyArg, out ReadOnlySpan<byte> value)
    {
        value = default;
        KeyRef key = context.KeyAt(keyArg);
        bool exists = context.Find(key, out Entry entry);
        context.CountLookup(key, exists);
        if (!exists)
            return true;
        if (!entry.IsString)
            return false;
        value = context.Strings.WholeOf(entry);
        return true;
    }

    private static bool TryReadOptions(CommandContext context, out Options options)
    {
        options = default;
        for (int i = 3; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            if (OptionWord.Is(word, "IDX"u8))
                options.Indexes = true;
            else if (OptionWord.Is(word, "LEN"u8))
                options.Length = true;
            else if (OptionWord.Is(word, "WITHMATCHLEN"u8))
                options.WithLengths = true;
            else if (OptionWord.Is(word, "MINMATCHLEN"u8) && i + 1 < context.ArgCount)
            {
                if (!Integers.TryParse(context.Arg(++i), out options.MinLength))
                {
                    context.Reply.Error("ERR value is not an integer or out of range"u8);
                    return false;
                }
            }
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return true;
    }

    private static void AnswerIndexes(ReplyWriter reply, List<LcsTable.Run> runs, int length, in Options options)
    {
        long minLength = options.MinLength;
        runs.RemoveAll(run => run.Length < minLength);
        reply.Map(2);
        reply.Bulk("matches"u8);
        reply.Array(runs.Count);
        foreach (LcsTable.Run run in runs)
        {
            reply.Array(options.WithLengths ? 3 : 2);
            Range(reply, run.StartInA, run.Length);
            Range(reply, run.StartInB, run.Length);
            if (options.WithLengths)
                reply.Integer(run.Length);
        }
        reply.Bulk("len"u8);
        reply.Integer(length);
    }

    private static void Range(ReplyWriter reply, int start, int length)
    {
        reply.Array(2);
        reply.Integer(start);
        reply.Integer(start + length - 1);
    }

    private static void AnswerText(ReplyWriter reply, ReadOnlySpan<byte> a, List<LcsTable.Run> runs, int length)
    {
        byte[] text = new byte[length];
        int at = length;
        foreach (LcsTable.Run run in runs)
        {
            at -= run.Length;
            a.Slice(run.StartInA, run.Length).CopyTo(text.AsSpan(at));
        }
        reply.Bulk(text.AsSpan());
    }

    private struct Options
    {
        public bool Indexes, Length, WithLengths;
        public long MinLength;
    }
}
