using System.Diagnostics;
using System.Runtime.CompilerServices;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Execution;

/// <summary>Which stripes the keys of a command mean, and their locks, where that is more than one key's. One for each I/O thread.</summary>
public sealed unsafe class KeyLocks(CommandContext context)
{
    private readonly StripeLocks _locks = context.Locks;
    private readonly KeyspaceState _keyspace = context.Engine.Keyspace;
    private nint[] _stripes = new nint[64];

    // In an inner turn, while a suspended command holds stripes, nothing may wait for one: what enters them by itself does not begin.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool MayEnter(CommandBinding binding)
    {
        if (context.InExec || binding.Mode == LockMode.None || (binding.Mode == LockMode.Keys && !_locks.OthersHoldAll))
            return true;
        _locks.ForgetBusy();
        return false;
    }

    /// <summary>Computes the hashes of the keys of the command in the context.</summary>
    public void HashKeys(CommandSpec spec)
    {
        HashKeys(KeyPositions.For(spec, context.Args.Count));
        if (spec.CountedKeys is not null)
            HashKeys(KeyPositions.Counted(spec, context.Args));
    }

    public bool TryEnter(CommandBinding binding)
    {
        HashKeys(binding.Spec);
        if (context.InExec)
            return context.Script is not { } script || script.Covers(binding.Spec);
        while (true)
        {
            int count = 0, swaps = _keyspace.SwapCount;
            Database database = context.Database;
            if (!database.TryMake())
                return false;
            if (context.ArgCount < StripeSet.MinKeys)
                AddStripes(binding.Spec, database, ref _stripes, ref count);
            else
                count = ListStripes(binding.Spec, database);
            if (!_locks.TryEnterAll(_stripes.AsSpan(0, count)))
                return false;
            if (swaps == _keyspace.SwapCount)
                return true;
            _locks.Exit(wrote: false);
        }
    }

    // The databases were exchanged while this thread waited: the stripe it got may be another database's now.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryEnterAgain(ulong hash)
    {
        int swaps;
        do
        {
            _locks.Exit(wrote: false);
            swaps = _keyspace.SwapCount;
            if (!context.Database.TryMake() || !_locks.TryEnter(context.Database.StripeOf(hash)))
                return false;
        }
        while (swaps != _keyspace.SwapCount);
        return true;
    }

    /// <summary>Appends the stripes of the keys of the command in the context, whose hashes are there.</summary>
    public void AddStripes(CommandSpec spec, Database database, ref nint[] stripes, ref int count)
    {
        AddStripes(KeyPositions.For(spec, context.Args.Count), database, ref stripes, ref count);
        if (spec.CountedKeys is not null)
            AddStripes(KeyPositions.Counted(spec, context.Args), database, ref stripes, ref count);
    }

    // In slices: what inner turns leave in the list of stripes does not matter before it is filled.
    private int ListStripes(CommandSpec spec, Database database)
    {
        Span<bool> marks = stackalloc bool[Database.StripeCount];
        marks.Clear();
        Mark(KeyPositions.For(spec, context.ArgCount), database, marks);
        if (spec.CountedKeys is not null)
            Mark(KeyPositions.Counted(spec, context.Args), database, marks);
        if (_stripes.Length < Database.StripeCount)
            _stripes = new nint[Database.StripeCount];
        return StripeSet.List(marks, database, _stripes);
    }

    private void Mark(in KeyPositions keys, Database database, Span<bool> marks)
    {
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            marks[(int)(database.StripeOf(context.Args.Items[i].Hash) - database.Stripes)] = true;
            context.Breathe(i);
        }
    }

    private void HashKeys(in KeyPositions keys)
    {
        Arg* args = context.Args.Items;
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            args[i].Hash = KeyHash.Of(args[i].Data, args[i].Length);
            args[i].Hashed = true;
            context.Breathe(i);
        }
    }

    private void AddStripes(in KeyPositions keys, Database database, ref nint[] stripes, ref int count)
    {
        if (keys.Count + count > stripes.Length)
            Array.Resize(ref stripes, Math.Max(stripes.Length * 2, keys.Count + count));
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            Debug.Assert(context.Args.Items[i].Hashed, "a key is hashed before its stripe is looked for");
            stripes[count++] = (nint)database.StripeOf(context.Args.Items[i].Hash);
        }
    }
}
