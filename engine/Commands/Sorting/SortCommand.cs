using Pkv.Engine.Commands.Keys;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;

namespace Pkv.Engine.Commands.Sorting;

/// <summary>
/// SORT and SORT_RO over lists, sets and sorted sets. They lock the named keys, or, with a BY or GET pattern for keys that
/// depend on the elements, all keys. STORE is logged as the resulting list. Source: redis.io/commands/sort.
/// </summary>
internal static unsafe class SortCommand
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("sort", &Sort, LockMode.Self);
        bindings.Bind("sort_ro", &SortReadOnly, LockMode.Self);
    }

    private static void Sort(CommandContext context)
    {
        if (SortOptions.TryRead(context, mayStore: true, out SortOptions options))
            RunLocked(context, ref options);
    }

    private static void SortReadOnly(CommandContext context)
    {
        if (SortOptions.TryRead(context, mayStore: false, out SortOptions options))
            RunLocked(context, ref options);
    }

    private static void RunLocked(CommandContext context, ref SortOptions options)
    {
        if (!KeyAndTarget.TryEnter(context, options.StoreArg, out bool held, options.LooksElsewhere))
            return;
        context.Thread.Log.BeginTransaction();
        Run(context, ref options);
        context.Thread.Log.EndTransaction();
        KeyAndTarget.Exit(context, held);
    }

    private static void Run(CommandContext context, ref SortOptions options)
    {
        bool exists = KeyCommands.FindCounted(context, 1, out Entry entry, touch: true);
        if (exists && entry.Kind is not (ValueKind.List or ValueKind.Set or ValueKind.SortedSet))
        {
            context.Reply.Error("WRONGTYPE Operation against a key holding the wrong kind of value"u8);
            return;
        }
        // A set has no order to be stored in, or for a script to rely on.
        if (options.Unsorted && (options.StoreArg != 0 || context.IsInScript) && exists && entry.Kind == ValueKind.Set)
        {
            options.Unsorted = false;
            options.Alpha = true;
            options.ByArg = 0;
        }
        SortPattern patterns = new(context);
        SortVector vector = new(context, options);
        vector.Load(exists ? entry.Collection : null);
        if (!options.Unsorted && !vector.TrySort(ref patterns))
            context.Reply.Error("ERR One or more scores can't be converted into double"u8);
        else if (options.StoreArg == 0)
            Tell(context, options, vector, ref patterns);
        else
            Store(context, options, vector, ref patterns);
        vector.Dispose();
        patterns.Dispose();
    }

    private static void Tell(CommandContext context, in SortOptions options, in SortVector vector, ref SortPattern patterns)
    {
        context.Reply.Array((long)(vector.End - vector.Start) * Math.Max(1, options.GetCount));
        for (int i = vector.Start; i < vector.End; i++)
        {
            context.Breathe(i);
            if (options.GetCount == 0)
                context.Reply.StoredBulk(vector[i]);
            for (int get = SortOptions.NextGet(context, 0); get != 0 && options.GetCount > 0; get = SortOptions.NextGet(context, get))
            {
                byte* bulk = patterns.Follow(context.Arg(get), vector[i]);
                if (bulk == null)
                    context.Reply.Null();
                else if (context.Strings.IsCopy(bulk))
                    context.Reply.CopiedBulk(bulk);
                else
                    context.Reply.StoredBulk(bulk);
            }
        }
    }

    private static void Store(CommandContext context, in SortOptions options, in SortVector vector, ref SortPattern patterns)
    {
        KeyRef target = context.KeyAt(options.StoreArg);
        ElementBatch batch = context.Collections.NewBatch();
        for (int i = vector.Start; i < vector.End; i++)
        {
            context.Breathe(i);
            if (options.GetCount == 0)
                batch.AddBulk(vector[i]);
            for (int get = SortOptions.NextGet(context, 0); get != 0 && options.GetCount > 0; get = SortOptions.NextGet(context, get))
            {
                byte* bulk = patterns.Follow(context.Arg(get), vector[i]);
                if (bulk == null)
                    batch.Add(context.PoolBase, 0);
                else
                    batch.AddBulk(bulk);
            }
        }
        if (batch.Count > 0)
        {
            if (!context.Collections.Replace(target, ValueKind.List, batch))
                return;
            context.Notify(KeyspaceEvents.List, "sortstore"u8, target);
        }
        else if (context.Find(target, out Entry old, touch: false))
        {
            if (!context.Delete(target, old))
                return;
            context.Notify(KeyspaceEvents.Generic, "del"u8, target);
        }
        context.Reply.Integer(batch.Count);
    }
}
