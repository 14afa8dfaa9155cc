using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Settings;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.Bitmaps;

/// <summary>
/// BITOP. The result is computed directly in the log, one cache-sized block at a time; a long one for which there are not
/// enough adjacent slots becomes a string of pieces. Shorter strings are padded with zeros. Source:
/// redis.io/commands/bitop.
/// </summary>
internal static unsafe class BitOperationCommand
{
    private const int FirstSource = 3;
    private const int SourcesOnStack = 64;

    // Half of a first-level cache: the piece of the result stays there while the sources pass.
    private const int PieceBytes = 16 * 1024;

    public static void Run(CommandContext context)
    {
        if (!TryRead(context, out BitOperation operation))
            return;
        int count = context.ArgCount - FirstSource;
        Span<StoredString> sources = count <= SourcesOnStack ? stackalloc StoredString[SourcesOnStack] : new StoredString[count];
        sources = sources[..count];
        sources.Clear();
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            if (!StringLookup.TryRead(context, FirstSource + i, out Entry entry, out bool exists))
                return;
            // Where the value lies, not its slot in the index: the look at another key may move that.
            if (exists)
                sources[i] = context.Strings.Of(entry);
            length = Math.Max(length, sources[i].Length);
        }
        if (length == 0)
            RemoveTarget(context);
        else
            Store(context, operation, sources, length);
    }

    private static bool TryRead(CommandContext context, out BitOperation operation)
    {
        ReadOnlySpan<byte> word = context.Arg(1);
        operation = BitOperation.Not;
        if (OptionWord.Is(word, "AND"u8))
            operation = BitOperation.And;
        else if (OptionWord.Is(word, "OR"u8))
            operation = BitOperation.Or;
        else if (OptionWord.Is(word, "XOR"u8))
            operation = BitOperation.Xor;
        else if (!OptionWord.Is(word, "NOT"u8))
        {
            context.Reply.Error("ERR syntax error"u8);
            return false;
        }
        if (operation != BitOperation.Not || context.ArgCount == FirstSource + 1)
            return true;
        context.Reply.Error("ERR BITOP NOT must be called with a single source key."u8);
        return false;
    }

    private static void RemoveTarget(CommandContext context)
    {
        KeyRef target = context.KeyAt(2);
        if (context.Find(target, out Entry entry, touch: false))
        {
            if (!context.Delete(target, entry))
                return;
            context.Notify(KeyspaceEvents.Generic, "del"u8, target);
        }
        context.Reply.Integer(0);
    }

    private static void Store(CommandContext context, BitOperation operation, ReadOnlySpan<StoredString> sources, int length)
    {
        KeyRef target = context.KeyAt(2);
        if (!context.Strings.TryPrepareWhole(target, length, otherBytes: 0, out bool inPieces))
            return;
        if (inPieces)
            StoreInPieces(context, operation, sources, length);
        else if (!StoreInOneStretch(context, operation, sources, length))
            return;
        context.Notify(KeyspaceEvents.String, "set"u8, target);
        context.Reply.Integer(length);
    }

    private static bool StoreInOneStretch(CommandContext context, BitOperation operation, ReadOnlySpan<StoredString> sources, int length)
    {
        KeyRef target = context.KeyAt(2);
        byte* value = context.BeginValue(target, length, -1);
        if (value == null)
            return false;
        Combine(operation, sources, 0, new Span<byte>(value, length));
        context.Recorder.BytesMoved += length;
        context.EndValue(target, ValueKind.RawString);
        return true;
    }

    // The sources stay readable when the target, which may be one of them, starts over.
    private static void StoreInPieces(CommandContext context, BitOperation operation, ReadOnlySpan<StoredString> sources, int length)
    {
        KeyRef target = context.KeyAt(2);
        Entry made = default;
        Span<byte> part = stackalloc byte[PieceRecord.UsualMaxBytes];
        context.Thread.Log.BeginTransaction();
        for (int at = 0; at < length; at += part.Length)
        {
            Span<byte> bytes = part[..Math.Min(part.Length, length - at)];
            Combine(operation, sources, at, bytes);
            context.Strings.TryPut(target, made, at, bytes, tellsWatchers: at == 0, isPromised: true);
            context.Find(target, out made, touch: false);
        }
        context.Thread.Log.EndTransaction();
    }

    // The result's bytes from an offset on.
    private static void Combine(BitOperation operation, ReadOnlySpan<StoredString> sources, int from, Span<byte> result)
    {
        Span<byte> scratch = stackalloc byte[PieceBytes];
        for (int at = 0; at < result.Length; at += PieceBytes)
            Combine(operation, sources, from + at, result[at..Math.Min(result.Length, at + PieceBytes)], scratch);
    }

    private static void Combine(BitOperation operation, ReadOnlySpan<StoredString> sources, int at, Span<byte> piece, Span<byte> scratch)
    {
        sources[0].CopyTo(at, piece);
        if (operation == BitOperation.Not)
            Bits.Invert(piece);
        foreach (ref readonly StoredString source in sources[1..])
        {
            ReadOnlySpan<byte> bytes = source.From(at, scratch[..piece.Length]);
            Bits.Combine(operation, bytes, piece);
            if (operation == BitOperation.And)
                piece[bytes.Length..].Clear();
        }
    }
}
