using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Recovery;

/// <summary>What records about streams hold, and what replay does with them.</summary>
internal static unsafe class StreamRecords
{
    private const int FirstArgument = 2;

    /// <summary>Whether the command is what the server logs.</summary>
    /// <param name="args">The whole command.</param>
    /// <param name="verb">What it does.</param>
    /// <param name="idAt">Of an XADD: bulk strings between key and ID.</param>
    public static bool IsSound(ArgList args, RecordVerb verb, out int idAt)
    {
        idAt = 0;
        switch (verb)
        {
            case RecordVerb.AppendEntry:
                int id = IdArgument(args);
                idAt = id - FirstArgument;
                int fields = args.Count - id - 1;
                return fields >= 2 && (fields & 1) == 0 && idAt <= byte.MaxValue && (AutoId.Is(args.Items[id].Span) || StreamId.TryParse(args.Items[id].Span, 0, out _));
            case RecordVerb.PutEntries:
                return EntriesRecord.IsSound(args, FirstArgument);
            case RecordVerb.PutFacts:
                for (int i = FirstArgument; i + 1 < args.Count; i += 2)
                {
                    if (!StreamFacts.IsSound(args.Items[i].Span, args.Items[i + 1].Span))
                        return false;
                }
                return true;
            default:
                for (int i = FirstArgument; i < args.Count; i++)
                {
                    if (!StreamId.TryParse(args.Items[i].Span, 0, out _))
                        return false;
                }
                return true;
        }
    }

    /// <summary>Applies a record that puts.</summary>
    public static void Put(StreamStore store, Collection* stream, in ReplayOp op, in NodeLimits nodes)
    {
        switch (op.Verb)
        {
            case RecordVerb.AppendEntry:
                byte* idBulk = IdBulkOf(op);
                store.Append(stream, AutoId.Read(idBulk, op.ExpiryMs), idBulk, PairsOf(op), op.Number, nodes);
                break;
            case RecordVerb.PutEntries:
                store.PutEntries(stream, op.Elements, op.Bulks, nodes);
                break;
            default:
                store.PutFacts(stream, op.Elements, op.Bulks);
                break;
        }
    }

    /// <summary>The ID's bulk string in an XADD.</summary>
    public static byte* IdBulkOf(in ReplayOp op)
    {
        byte* p = op.Elements;
        for (int i = 0; i < op.IdAt; i++)
            p = BulkString.Next(p);
        return p;
    }

    /// <summary>Fields with values in an XADD.</summary>
    public static int PairsOf(in ReplayOp op) => (op.Bulks - op.IdAt - 1) / 2;

    // Options stand before the ID: NOMKSTREAM, MAXLEN and MINID with their thresholds, LIMIT. They had their effect.
    private static int IdArgument(ArgList args)
    {
        int i = FirstArgument;
        while (i < args.Count)
        {
            ReadOnlySpan<byte> word = args.Items[i].Span;
            if (OptionWord.Is(word, "NOMKSTREAM"u8))
                i++;
            else if (OptionWord.Is(word, "LIMIT"u8))
                i += 2;
            else if (OptionWord.Is(word, "MAXLEN"u8) || OptionWord.Is(word, "MINID"u8))
                i += i + 1 < args.Count && (OptionWord.Is(args.Items[i + 1].Span, "~"u8) || OptionWord.Is(args.Items[i + 1].Span, "="u8)) ? 3 : 2;
            else
                break;
        }
        return i;
    }
}
