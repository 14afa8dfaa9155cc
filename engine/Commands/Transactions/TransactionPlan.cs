using Pkv.Engine.Commands.Dump;
using Pkv.Engine.Commands.HyperLogLogs;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Bounds;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Persistence.Format;
using Pkv.Persistence.Segments;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Transactions;

/// <summary>
/// Makes room for everything that the commands of an EXEC may log, before the first of them runs: an upper bound, since none of them has
/// looked at anything yet. The locks of all keys are held. One for each thread, used again.
/// </summary>
/// <remarks>
/// Not bounded by keys that can be told before it runs: SORT … GET … STORE of what other keys hold, and a LINSERT that has to move more
/// than <see cref="SpreadElements"/> elements. Those may still find no room of their own, and are refused alone.
/// </remarks>
internal sealed unsafe class TransactionPlan
{
    // LINSERT moves some 17 to find a place, seldom more.
    private const int SpreadElements = 64;

    // Around one that is logged as it came; and for its expiry.
    private const int CopySlackBytes = 64;

    [ThreadStatic] private static TransactionPlan? s_plan;

    /// <summary>Exchanges the thread's plan: an EXEC that is suspended keeps its own.</summary>
    internal static void Exchange(ref TransactionPlan? plan) => (plan, s_plan) = (s_plan, plan);

    private readonly KeySizes _sizes = new();
    private CommandContext _context = null!;
    private RecordPlan _plan = null!;
    private CommandSpec _spec = null!;
    private int _database;

    /// <summary>Plans all queued commands and prepares their room. False: there is not enough of it; what was planned stands in the recorder.</summary>
    public static bool TryPrepare(CommandContext context, Transaction transaction)
    {
        if (!transaction.DependsOnKeys && transaction.LogBytesMax == 0)
            return true;
        Recorder recorder = context.Recorder;
        RecordPlan plan = recorder.BeginPlan(transaction.OnlyRemoves ? AppendPurpose.Delete : AppendPurpose.Write);
        if (transaction.DependsOnKeys || transaction.LogBytesMax > recorder.Room)
            (s_plan ??= new TransactionPlan()).PlanAll(context, transaction, plan);
        else
            plan.Slots.AddMany(transaction.LogBytesMax, transaction.LogBytesMax);
        return recorder.TryPrepare() || transaction.OnlyGlobals;
    }

    private void PlanAll(CommandContext context, Transaction transaction, RecordPlan plan)
    {
        (_context, _plan, _database) = (context, plan, context.Client.Database);
        _sizes.Clear();
        _sizes.MixesDatabases = transaction.ExchangesDatabases;
        long step = 0;
        foreach (QueuedCommand command in transaction.Commands)
        {
            context.Breathe(step++);
            TransactionRunner.Parse(context, transaction, command);
            _spec = context.Engine.Bindings[command.Index]!.Spec;
            if (_spec.Name == "select")
                TryReadDatabase(1, ref _database);
            LogBound bound = LogBounds.Of(_spec);
            if (bound == LogBound.None)
                continue;
            KeyPositions keys = KeyPositions.For(_spec, context.ArgCount), counted = KeyPositions.Counted(_spec, context.Args);
            AddExpired(keys);
            AddExpired(counted);
            if (LogBounds.IsOfArguments(bound))
                AddArguments(bound, transaction.DependsOnKeys, keys, counted);
            else
                AddByKeys(bound, keys, counted);
        }
    }

    // A key that has expired is deleted when it is looked at.
    private void AddExpired(in KeyPositions keys)
    {
        long bytes = 0, largest = 0;
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            long one = RecordPlan.TombstoneBytesOf(Length(i)) + CommitEntry.SizeBytes;
            bytes += one;
            largest = Math.Max(largest, one);
        }
        _plan.Slots.AddMany(bytes, largest);
    }

    private void AddArguments(LogBound bound, bool dependsOnKeys, in KeyPositions keys, in KeyPositions counted)
    {
        long bytes = RecordPlan.CopyBytes(_context.Args) + CopySlackBytes;
        // A short one is no longer than the record of its arguments.
        if (bound == LogBound.Command || (bound == LogBound.CommandOrArguments && bytes > CollectionRecord.UsualMaxBytes))
            _plan.Slots.Add(bytes);
        if (bound != LogBound.Command)
            AddEach();
        if (bound == LogBound.ArgumentsTwice)
            AddEach();
        if (!dependsOnKeys)
            return;
        bool arePairs = _spec.Group == CommandGroup.Hash;
        _sizes.AddArguments(_context, keys, _database, arePairs, LogBounds.ExtraBytes(_spec));
        _sizes.AddArguments(_context, counted, _database, arePairs, LogBounds.ExtraBytes(_spec));
    }

    // Each argument but the name as an element of the first key.
    private void AddEach()
    {
        KeySize all = default;
        for (int i = 1; i < _context.ArgCount; i++)
            all.Add(Length(i));
        all.Plan(_plan.Slots, _context.ArgCount > 1 ? Length(1) : 0);
        _plan.Slots.Add(LogBounds.ExtraBytes(_spec));
    }

    private void AddByKeys(LogBound bound, in KeyPositions keys, in KeyPositions counted)
    {
        _plan.Slots.Add(LogBounds.ExtraBytes(_spec));
        switch (bound)
        {
            case LogBound.Copy:
                AddCopy();
                break;
            case LogBound.Take or LogBound.Cut:
                AddTaken(bound, keys);
                AddTaken(bound, counted);
                break;
            case LogBound.Shift:
                AddShift();
                break;
            case LogBound.Insert:
                AddInsert();
                break;
            case LogBound.Rewrite:
                AddRewrite();
                break;
            case LogBound.HyperLogLog:
                AddHyperLogLog(keys.First);
                break;
            case LogBound.Restore:
                AddRestore();
                break;
            default:
                AddUnion(bound == LogBound.Longest, keys, counted);
                break;
        }
    }

    // What is taken is told once; what a key holds can be taken once.
    private void AddTaken(LogBound bound, in KeyPositions keys)
    {
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            ref KeySize size = ref _sizes.Of(_context, i, _database);
            if (bound == LogBound.Cut)
            {
                _plan.AddCuts(Length(i), size.Elements);
                continue;
            }
            KeySize taken = size.Most(TakenCount());
            taken.Plan(_plan.Slots, Length(i));
            size.Remove(taken);
        }
    }

    // Where the command tells how many: SPOP key [count], ZPOPMIN key [count]; one without. All others may take all.
    private long TakenCount()
    {
        if (_spec.Name is not ("spop" or "zpopmin" or "zpopmax"))
            return long.MaxValue;
        return _context.ArgCount < 3 ? 1 : Integers.TryParse(_context.Arg(2), out long count) ? Math.Max(0, count) : 0;
    }

    // RENAME, RENAMENX, COPY, MOVE.
    private void AddCopy()
    {
        int to = _database;
        bool isMove = _spec.Name == "move";
        if (isMove)
            TryReadDatabase(2, ref to);
        for (int i = 3; i + 1 < _context.ArgCount; i++)
        {
            if (OptionWord.Is(_context.Arg(i), "DB"u8))
                TryReadDatabase(i + 1, ref to);
        }
        int target = isMove ? 1 : 2;
        KeySize copied = _sizes.Of(_context, 1, _database);
        copied.Plan(_plan.Slots, Length(target));
        AddTombstone(1);
        AddTombstone(target);
        AddTombstone(target);
        _sizes.Of(_context, target, to).Cover(copied);
    }

    private void AddShift()
    {
        ref KeySize from = ref _sizes.Of(_context, 1, _database);
        KeySize one = from.Most(1);
        from.Remove(one);
        one.Plan(_plan.Slots, Length(2));
        _plan.AddCuts(Length(1), 1);
        AddTombstone(1);
        _sizes.Of(_context, 2, _database).Add(one);
    }

    private void AddInsert()
    {
        ref KeySize list = ref _sizes.Of(_context, 1, _database);
        list.Add(Length(_context.ArgCount - 1));
        KeySize moved = list.Most(SpreadElements);
        moved.Plan(_plan.Slots, Length(1));
        _plan.AddCuts(Length(1), moved.Elements);
        AddTombstone(1);
    }

    private void AddUnion(bool isLongest, in KeyPositions keys, in KeyPositions counted)
    {
        bool isSort = _spec.Name == "sort", isGeo = _spec.Name is "georadius" or "georadiusbymember", mayStore = isSort || isGeo;
        KeySize all = default;
        for (int i = mayStore ? keys.First : keys.First + keys.Step; i <= keys.Last && keys.Count > 0; i += keys.Step)
            Join(i);
        for (int i = counted.First; i <= counted.Last && counted.Count > 0; i += counted.Step)
            Join(i);
        int target = keys.First;
        for (int i = 2; mayStore && i + 1 < _context.ArgCount; i++)
            target = OptionWord.Is(_context.Arg(i), "STORE"u8) || (isGeo && OptionWord.Is(_context.Arg(i), "STOREDIST"u8)) ? i + 1 : target;
        if (mayStore && target == keys.First)
            return;
        all.Plan(_plan.Slots, Length(target));
        AddTombstone(target);
        _sizes.Of(_context, target, _database).Cover(all);

        void Join(int arg)
        {
            KeySize size = _sizes.Of(_context, arg, _database);
            if (!isLongest)
                all.Add(size);
            else if (size.LargestBytes > all.LargestBytes)
                all = size;
        }
    }

    private void AddRewrite()
    {
        ref KeySize size = ref _sizes.Of(_context, 1, _database);
        long held = size.Length, length = Math.Max(held, RewrittenLength.Of(_context, _spec.Name, held));
        size = default;
        if (length <= StringAccess.WholeMaxBytes)
        {
            size.Length = length;
            size.Add(length);
            size.Plan(_plan.Slots, Length(1));
            return;
        }
        // Only the change is logged, with what it may have to be joined to: each argument is a change at the most.
        long bytes = 0;
        for (int i = 2; i < _context.ArgCount; i++)
            bytes += Length(i) + sizeof(long);
        _plan.AddPieces(StringAccess.MaxChangeBytes(Length(1), held, _context.ArgCount, bytes), Length(1));
        size.AddPieces(length);
    }

    // The whole string, or so many changes; what was there may have to be copied first.
    private void AddHyperLogLog(int key)
    {
        ref KeySize size = ref _sizes.Of(_context, key, _database);
        long length = HyperLogLogFormat.LengthMax(size.Length, _context.Engine.Options.HllSparseMaxBytes);
        size = default;
        size.Length = length;
        size.Add(length);
        size.Plan(_plan.Slots, Length(key));
        size.AddPieces(length);
        if (_spec.Name is not ("pfadd" or "pfcount"))
            return;
        long changes = Math.Min(_context.ArgCount, AddCommand.ElementsInPart + 2);
        _plan.AddPieces(StringAccess.MaxChangeBytes(Length(key), length, changes, changes * sizeof(ulong)), Length(key));
    }

    private void AddRestore()
    {
        ElementBatch batch = _context.Collections.NewBatch();
        KeySize restored = default;
        if (!RestorePayload.TryMeasure(_context, batch, ref restored))
            return;
        restored.Plan(_plan.Slots, Length(1));
        AddTombstone(1);
        AddTombstone(1);
        _sizes.Of(_context, 1, _database).Add(restored);
    }

    private void AddTombstone(int arg) => _plan.Slots.Add(RecordPlan.TombstoneBytesOf(Length(arg)));

    private int Length(int arg) => arg < _context.ArgCount ? _context.Args.Items[arg].Length : 0;

    private void TryReadDatabase(int arg, ref int database)
    {
        if (arg < _context.ArgCount && Integers.TryParse(_context.Arg(arg), out long number) && number >= 0
            && number < _context.Engine.Keyspace.Databases.Length)
            database = (int)number;
    }
}
