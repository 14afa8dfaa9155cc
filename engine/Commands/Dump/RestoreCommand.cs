using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Rdb;
using Pkv.Engine.Settings;
using Pkv.Engine.Space;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>
/// RESTORE: creates a key from the output of DUMP, of this server or of a Redis up to 7.0. Logged as the resulting value.
/// Source: redis.io/commands/restore; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class RestoreCommand
{
    private const int PayloadArg = RestorePayload.Arg;

    public static void Run(CommandContext context)
    {
        if (!RestoreOptions.TryRead(context, out RestoreOptions options))
            return;
        KeyRef key = context.KeyAt(1);
        if (!options.Replaces && context.Find(key, out _))
        {
            context.Reply.Error("BUSYKEY Target key name already exists."u8);
            return;
        }
        if (!RestoreOptions.TryReadNumber(context, 2, long.MaxValue, "ERR Invalid TTL value, must be >= 0"u8, out long time))
            return;
        if (!DumpFooter.IsValid(context.Arg(PayloadArg)))
        {
            context.Reply.Error("ERR DUMP payload version or checksum are wrong"u8);
            return;
        }
        // A time beyond all times is over, as it is in Redis.
        long expiryMs = time == 0 ? -1 : options.IsAbsolute ? time : Math.Max(0, unchecked(time + context.NowMs));
        try
        {
            Restore(context, key, options, expiryMs);
        }
        catch (RdbFormatException)
        {
            context.Reply.Error("ERR Bad data format"u8);
        }
    }

    private static void Restore(CommandContext context, in KeyRef key, in RestoreOptions options, long expiryMs)
    {
        Arg* arg = context.Args.Items + PayloadArg;
        RdbPayload payload = new(arg->Data, arg->Length - DumpFooter.Bytes);
        using RdbInput input = new(payload);
        RdbType type = (RdbType)input.TakeByte();
        ElementBatch batch = context.Collections.NewBatch();
        bool isString = type == RdbType.String;
        ReadOnlySpan<byte> text = isString ? input.TakeString() : default;
        ValueKind kind = isString ? ValueKind.String : KindOf(type, payload);
        using RestoredElements elements = new(payload, kind, batch);
        using RestoredStream stream = new();
        StreamState state = default;
        if (kind == ValueKind.Stream && !TryReadStream(context, input, type, stream, out state))
            return;
        if (!isString && kind != ValueKind.Stream)
            ReadElements(input, type, payload, elements);
        bool existed = context.Find(key, out Entry old, touch: false);
        if (expiryMs >= 0 && expiryMs <= context.NowMs)
        {
            // Over before it begins.
            if (existed && !context.Delete(key, old))
                return;
            if (existed)
                context.Notify(KeyspaceEvents.Generic, "del"u8, key);
            context.Reply.Ok();
            return;
        }
        context.Thread.Log.BeginTransaction();
        bool done = isString ? StoreText(context, key, text, expiryMs)
            : kind == ValueKind.Stream ? StoreStream(context, key, stream, state, expiryMs) : StoreElements(context, key, kind, batch, expiryMs);
        context.Thread.Log.EndTransaction();
        if (!done)
            return;
        MarkUse(context, key, options);
        if (existed)
            context.Notify(KeyspaceEvents.NewKey, "new"u8, key);
        context.Notify(KeyspaceEvents.Generic, "restore"u8, key);
        context.Reply.Ok();
    }

    private static void ReadElements(RdbInput input, RdbType type, RdbPayload payload, RestoredElements elements)
    {
        RdbElements.Read(input, type, elements);
        if (!elements.TryEnd())
            throw payload.Malformed(elements.Error!);
    }

    /// <summary>What the value is to be here; throws what the client is told of as bad data.</summary>
    public static ValueKind KindOf(RdbType type, RdbPayload payload) => RdbElements.KindOf(type) switch
    {
        RdbKind.Hash => ValueKind.Hash,
        RdbKind.List => ValueKind.List,
        RdbKind.Set => ValueKind.Set,
        RdbKind.SortedSet => ValueKind.SortedSet,
        RdbKind.Stream => ValueKind.Stream,
        _ => throw payload.Malformed($"a value of type {(byte)type}"),
    };

    private static bool TryReadStream(CommandContext context, RdbInput input, RdbType type, RestoredStream stream, out StreamState state)
    {
        RdbStreamState read = RdbStreamReader.Read(input, type, stream);
        state = new StreamState { LastId = new(read.LastMs, read.LastSeq), MaxDeletedId = new(read.DeletedMs, read.DeletedSeq), Added = read.Added };
        if (read.Groups != 0)
            context.Reply.Error("ERR streams with consumer groups cannot be restored yet"u8);
        return read.Groups == 0;
    }

    private static bool StoreStream(CommandContext context, in KeyRef key, RestoredStream stream, in StreamState state, long expiryMs)
    {
        RecordPlan plan = context.Recorder.BeginPlan();
        context.Streams.PlanStore(key, stream.Frames);
        plan.AddTombstone(key);
        return context.Room.TryPrepare() && context.Streams.Store(key, stream.Frames, state) && KeepUntil(context, key, expiryMs);
    }

    private static bool KeepUntil(CommandContext context, in KeyRef key, long expiryMs) =>
        expiryMs < 0 || (context.Find(key, out Entry entry, touch: false) && context.SetExpiry(key, entry, expiryMs));

    private static bool StoreText(CommandContext context, in KeyRef key, ReadOnlySpan<byte> text, long expiryMs)
    {
        fixed (byte* data = text)
            return context.Strings.TryStoreWhole(key, new StoredString(data, text.Length), expiryMs);
    }

    private static bool StoreElements(CommandContext context, in KeyRef key, ValueKind kind, ElementBatch batch, long expiryMs)
    {
        if (kind == ValueKind.SortedSet)
            ZeroSign.DropFromWhole(context, batch);
        RecordPlan plan = context.Recorder.BeginPlan();
        plan.AddTombstone(key);
        plan.AddBatch(context, key, batch);
        plan.AddTombstone(key);
        if (!context.Room.TryPrepare())
            return false;
        return context.Collections.Replace(key, kind, batch, servesWaiters: true) && KeepUntil(context, key, expiryMs);
    }

    // What the policy of eviction looks at; the other one's option is of no use.
    private static void MarkUse(CommandContext context, in KeyRef key, in RestoreOptions options)
    {
        bool countsAccesses = context.Engine.Space.CountsAccesses;
        if ((countsAccesses ? options.Frequency : options.IdleSeconds) < 0 || !context.Find(key, out Entry entry, touch: false))
            return;
        *entry.Slot = UseBits.With(*entry.Slot, countsAccesses ? (ulong)options.Frequency : UseBits.IdleSince(context.NowMs, options.IdleSeconds));
    }
}
