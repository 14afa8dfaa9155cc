using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// Gives one key's value and expiry to another key; RENAME, COPY and MOVE are based on it. In the log it is a SET, the
/// pieces of a string, or the elements of a collection (and a DEL), because the log stores the key next to its value; the
/// value is copied once within the pool.
/// </summary>
internal static unsafe class ValueCopy
{
    /// <summary>
    /// Stores the value under <paramref name="to"/> and, when asked, removes <paramref name="from"/>: recovered completely
    /// or not at all. The locks of both are held. False: the pool is full, nothing was done, the client has been told.
    /// </summary>
    public static bool Run(CommandContext context, in KeyRef from, in Entry entry, in KeyRef to, bool removeSource)
    {
        ElementBatch batch = context.Collections.NewBatch();
        if (!TryPrepare(context, from, entry, to, batch, out bool inPieces))
            return false;
        context.Thread.Log.BeginTransaction();
        bool done = inPieces ? context.Strings.TryStore(to, context.Strings.Of(entry), entry.ExpiryMs, isPlanned: true)
            : entry.IsString ? StoreString(context, entry, to)
            : KeepExpiry(context, to, entry, entry.Kind == ValueKind.Stream ? context.Streams.Store(to, entry.Collection) : context.Collections.Replace(to, entry.Kind, batch, servesWaiters: true));
        if (done && removeSource)
            done = context.Find(from, out Entry source, touch: false) && context.Delete(from, source);
        context.Thread.Log.EndTransaction();
        return done;
    }

    private static bool TryPrepare(CommandContext context, in KeyRef from, in Entry entry, in KeyRef to, ElementBatch batch, out bool inPieces)
    {
        inPieces = entry.IsPieces;
        if (entry.IsString && !inPieces)
            return context.Strings.TryPrepareWhole(to, entry.Value.Length, RecordPlan.TombstoneBytesOf(from.Length), out inPieces);
        RecordPlan plan = context.Recorder.BeginPlan();
        if (inPieces)
            plan.AddPieces(context.Strings.StoredBytes(to, context.Strings.Of(entry)), to.Length);
        else if (entry.Kind == ValueKind.Stream)
        {
            context.Streams.PlanStore(to, entry.Collection);
            plan.AddTombstone(to);
        }
        else
        {
            Collect(context, entry, batch);
            plan.AddTombstone(to);
            plan.AddBatch(context, to, batch);
            plan.AddTombstone(to);
        }
        plan.AddTombstone(from);
        return context.Room.TryPrepare();
    }

    private static bool StoreString(CommandContext context, in Entry entry, in KeyRef to) =>
        context.Strings.TryStoreInOneStretch(to, context.Strings.Of(entry), entry.ExpiryMs, entry.Kind == ValueKind.RawString ? ValueKind.RawString : ValueKind.String);

    private static bool KeepExpiry(CommandContext context, in KeyRef to, in Entry entry, bool isStored) =>
        isStored && (entry.ExpiryMs < 0 || (context.Find(to, out Entry copy, touch: false) && context.SetExpiry(to, copy, entry.ExpiryMs)));

    private static void Collect(CommandContext context, in Entry entry, ElementBatch batch)
    {
        ValueKind kind = entry.Kind;
        for (ElementCursor cursor = new(entry.Collection->Elements); cursor.IsValid; cursor.MoveNext())
        {
            cursor.PrefetchLeaf(context.PoolBase);
            AddTo(batch, kind, cursor, context.PoolBase);
            context.Breathe(batch.Count);
        }
    }

    private static void AddTo(ElementBatch batch, ValueKind kind, in ElementCursor cursor, byte* pool)
    {
        byte* bulk = cursor.Bulk(pool);
        byte* data = BulkString.Data(bulk, out int length);
        if (kind == ValueKind.Hash)
        {
            byte* value = BulkString.Data(BulkString.Next(bulk), out int valueLength);
            batch.AddPair(data, length, value, valueLength);
        }
        else if (kind == ValueKind.SortedSet)
            batch.AddScored(SortedSetValue.ScoreOf(cursor, pool), data, length);
        else
            batch.Add(data, length);
    }
}
