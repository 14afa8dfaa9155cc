using System.Text;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Table;
using Pkv.Persistence.Recovery;
using Pkv.Resp;

namespace Pkv.Engine.Recovery;

/// <summary>
/// Reads the commands of a log entry into what they do to keys. Knows exactly the commands that are ever logged:
/// those kept as received, and the effects. Conditions (NX, GET) are not looked at again: a logged command had
/// its effect.
/// </summary>
internal sealed unsafe class ReplayDecoder(Action<ReplayOp> emit) : IDisposable
{
    private readonly ArgList _args = new();
    private bool _isTombstone;
    private byte* _start;
    private int _bytes;
    private ulong _number;

    /// <summary>Commands decoded.</summary>
    public long Commands { get; private set; }

    /// <summary>Bytes of the entry's commands that act on older records.</summary>
    public long TombstoneBytes { get; private set; }

    /// <summary>Commands over whole databases are emitted, not refused.</summary>
    public bool EmitsGlobals { get; init; }

    /// <summary>Decodes all commands of an entry. Returns what is wrong with it, or null.</summary>
    public string? Decode(in RecoveredEntry entry)
    {
        TombstoneBytes = 0;
        byte* p = entry.Start;
        byte* end = p + entry.Length;
        for (ulong number = entry.Sequence; p < end; number++)
        {
            if (DecodeNext(entry, number, ref p, end) is { } error)
                return error;
        }
        return null;
    }

    /// <summary>
    /// Decodes the command at <paramref name="p"/>, which has this number, and moves that behind it. Returns what is wrong with it, or null.
    /// </summary>
    public string? DecodeNext(in RecoveredEntry entry, ulong number, ref byte* p, byte* end)
    {
        _number = number;
        ParseResult result = RespParser.Parse(p, end, _args, new ParseLimits { MaxBulkBytes = int.MaxValue });
        if (result.Status != ParseStatus.Complete || _args.Count == 0)
            return "the record is not RESP";
        _isTombstone = false;
        _start = p;
        _bytes = (int)result.Consumed;
        if (!DecodeCommand(entry))
            return $"the record holds a command that is never logged: {Encoding.Latin1.GetString(_args.Items[0].Span)}";
        TombstoneBytes += _isTombstone ? result.Consumed : 0;
        Commands++;
        p += result.Consumed;
        return null;
    }

    public void Dispose() => _args.Dispose();

    private bool DecodeCommand(in RecoveredEntry entry)
    {
        ReadOnlySpan<byte> name = _args.Items[0].Span;
        int count = _args.Count;
        if (Is(name, "SET"u8) && count >= 3)
            return EmitSet(entry, 1, ValueKind.String, SetExpiry(entry));
        if (Is(name, "MSET"u8) || Is(name, "MSETNX"u8))
        {
            for (int i = 1; i + 1 < count; i += 2)
                EmitSet(entry, i, ValueKind.String, -1);
            return true;
        }
        if ((Is(name, "SETNX"u8) || Is(name, "GETSET"u8)) && count == 3)
            return EmitSet(entry, 1, ValueKind.String, -1);
        if (Is(name, "SETEX"u8) && count == 4)
            return EmitSet(entry, 1, ValueKind.StringAfterGap, entry.TimeMs + Number(2) * 1000);
        if (Is(name, "PSETEX"u8) && count == 4)
            return EmitSet(entry, 1, ValueKind.StringAfterGap, entry.TimeMs + Number(2));
        if (RecordVerbs.Of(name) is var verb and not RecordVerb.None)
            return DecodeElements(entry, verb);
        if (Is(name, PieceRecord.Name))
            return PieceRecord.IsSound(_args) && Emit(entry, 1, ReplayAction.PutPieces, ValueKind.Pieces, -1);
        _isTombstone = true;
        if (Is(name, "DEL"u8) && count == 2)
            return Emit(entry, 1, ReplayAction.Delete, ValueKind.String, -1);
        if (Is(name, "PEXPIREAT"u8) && count == 3)
            return Emit(entry, 1, ReplayAction.ExpireAt, ValueKind.String, Number(2));
        if (Is(name, "PERSIST"u8) && count == 2)
            return Emit(entry, 1, ReplayAction.Persist, ValueKind.String, -1);
        return EmitsGlobals && (Is(name, "FLUSHALL"u8) || Is(name, "FLUSHDB"u8) || Is(name, "SWAPDB"u8)) && EmitGlobal(entry);
    }

    private bool DecodeElements(in RecoveredEntry entry, RecordVerb verb)
    {
        int bulks = _args.Count - 2;
        if (!RecordVerbs.Takes(verb, bulks))
            return false;
        _isTombstone = RecordVerbs.Removes(verb);
        // An invalid ordinal or score would be read as a different, valid one.
        for (int i = 2; i < _args.Count && verb is RecordVerb.PutScored or RecordVerb.PutPlaced or RecordVerb.PutRun or RecordVerb.Cut; i++)
        {
            bool isNumber = verb == RecordVerb.Cut || (verb == RecordVerb.PutRun ? i == 2 : (i & 1) == 0);
            if (isNumber && !(verb == RecordVerb.PutScored ? ScoreText.TryParse(_args.Items[i].Span, out _) : Integers.TryParse(_args.Items[i].Span, out _)))
                return false;
        }
        int idAt = 0;
        if (RecordVerbs.KindOf(verb) == ValueKind.Stream && !StreamRecords.IsSound(_args, verb, out idAt))
            return false;
        Arg key = _args.Items[1];
        emit(new ReplayOp
        {
            Hash = KeyHash.Of(key.Data, key.Length),
            KeyBulk = key.Bulk,
            ExpiryMs = verb == RecordVerb.AppendEntry ? entry.TimeMs : -1,
            IdAt = (byte)idAt,
            Database = entry.Database,
            Action = _isTombstone ? ReplayAction.Remove : ReplayAction.Put,
            Kind = RecordVerbs.KindOf(verb),
            Verb = verb,
            Bulks = bulks,
            Number = _number,
        });
        return true;
    }

    // As SET reads its options: the last time counts.
    private long SetExpiry(in RecoveredEntry entry)
    {
        long expiryMs = -1;
        for (int i = 3; i + 1 < _args.Count; i++)
        {
            ReadOnlySpan<byte> option = _args.Items[i].Span;
            if (OptionWord.Is(option, "PXAT"u8))
                expiryMs = Number(++i);
            else if (OptionWord.Is(option, "EXAT"u8))
                expiryMs = Number(++i) * 1000;
            else if (OptionWord.Is(option, "PX"u8))
                expiryMs = entry.TimeMs + Number(++i);
            else if (OptionWord.Is(option, "EX"u8))
                expiryMs = entry.TimeMs + Number(++i) * 1000;
        }
        return expiryMs;
    }

    private bool EmitGlobal(in RecoveredEntry entry)
    {
        emit(new ReplayOp { KeyBulk = _start, Bulks = _bytes, Database = entry.Database, Action = ReplayAction.Global, ExpiryMs = -1, Number = _number });
        return true;
    }

    private bool EmitSet(in RecoveredEntry entry, int keyArg, ValueKind kind, long expiryMs) =>
        Emit(entry, keyArg, ReplayAction.Set, kind, expiryMs);

    private bool Emit(in RecoveredEntry entry, int keyArg, ReplayAction action, ValueKind kind, long expiryMs)
    {
        Arg key = _args.Items[keyArg];
        emit(new ReplayOp
        {
            Hash = KeyHash.Of(key.Data, key.Length),
            KeyBulk = key.Bulk,
            ExpiryMs = expiryMs,
            Database = entry.Database,
            Action = action,
            Kind = kind,
            Bulks = action == ReplayAction.PutPieces ? _args.Count - 2 : 0,
            Number = _number,
        });
        return true;
    }

    private long Number(int index) => Integers.TryParse(_args.Items[index].Span, out long value) ? value : 0;

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(text, name);
}
