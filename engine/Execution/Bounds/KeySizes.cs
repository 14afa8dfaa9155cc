using System.Runtime.InteropServices;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Execution.Bounds;

/// <summary>
/// How large the keys of a transaction's commands may be by the time that each command runs: as they are now, and then with what the
/// commands before it may have added. The locks of all of them are held. One for each thread, used again.
/// </summary>
internal sealed unsafe class KeySizes
{
    private readonly Dictionary<(int Database, ulong Hash), KeySize> _sizes = [];

    /// <summary>Databases are exchanged on the way: a key counts as the largest of its name.</summary>
    public bool MixesDatabases { get; set; }

    public void Clear()
    {
        _sizes.Clear();
        MixesDatabases = false;
    }

    /// <summary>The key at an argument, as the commands so far may have left it.</summary>
    public ref KeySize Of(CommandContext context, int arg, int database)
    {
        Arg* key = context.Args.Items + arg;
        ulong hash = KeyHash.Of(key->Data, key->Length);
        ref KeySize size = ref CollectionsMarshal.GetValueRefOrAddDefault(_sizes, (MixesDatabases ? -1 : database, hash), out bool isKnown);
        if (isKnown)
            return ref size;
        ReadOnlySpan<Database> all = context.Engine.Keyspace.Databases;
        for (int i = MixesDatabases ? 0 : database; i < (MixesDatabases ? all.Length : database + 1); i++)
        {
            if (!all[i].IsMade)
                continue;
            Stripe* stripe = all[i].StripeOf(hash);
            ulong* slot = StripeIndex.Find(stripe, hash, key->Data, key->Length, context.PoolBase);
            if (slot != null)
                size.Cover(KeySize.Of(stripe, *slot, context.PoolBase));
        }
        return ref size;
    }

    /// <summary>What the command may add to its keys is no more than its arguments, to each.</summary>
    /// <param name="context">With the command's arguments.</param>
    /// <param name="keys">Where its keys stand.</param>
    /// <param name="database">The keys' database.</param>
    /// <param name="arePairs">Two arguments make an element: fields and values.</param>
    /// <param name="extraBytes">What the command may make itself: a number.</param>
    public void AddArguments(CommandContext context, in KeyPositions keys, int database, bool arePairs, int extraBytes)
    {
        for (int i = keys.First; i <= keys.Last && keys.Count > 0; i += keys.Step)
        {
            ref KeySize size = ref Of(context, i, database);
            // Of keys with a value each: the one behind it.
            int first = keys.Step > 1 ? i + 1 : 1, end = keys.Step > 1 ? Math.Min(i + keys.Step, context.ArgCount) : context.ArgCount;
            for (int arg = first; arg < end; arg++)
            {
                long before = arePairs ? context.Args.Items[arg - 1].Length : 0;
                size.Add(before + context.Args.Items[arg].Length);
            }
            size.Add(extraBytes);
        }
    }
}
