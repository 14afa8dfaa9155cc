using Pkv.Server.Execution;
using Pkv.Server.Keyspace.Collections;

namespace Pkv.Server.Commands.SortedSets.Algebra;

/// <summary>
/// ZUNION, ZINTER, ZDIFF, ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE, ZINTERCARD. The STORE forms are logged as their result. Source:
/// redis.io/commands; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class AlgebraCommands
{
    // Beyond so many keys the list of sources is not on the stack.
    private const int FewKeys = 64;

    private enum Operation
    {
        Union,
        Intersection,
        Difference,
        Count,
    }

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("zunion", &Union);
        bindings.Bind("zinter", &Intersection);
        bindings.Bind("zdiff", &Difference);
        bindings.Bind("zintercard", &Count);
        bindings.Bind("zunionstore", &UnionStore);
        bindings.Bind("zinterstore", &IntersectionStore);
        bindings.Bind("zdiffstore", &DifferenceStore);
    }

    private static void Union(CommandContext context) => Run(context, Operation.Union, isStore: false);

    private static void Intersection(CommandContext context) => Run(context, Operation.Intersection, isStore: false);

    private static void Difference(CommandContext context) => Run(context, Operation.Difference, isStore: false);

    private static void Count(CommandContext context) => Run(context, Operation.Count, isStore: false);

    private static void UnionStore(CommandContext context) => Run(context, Operation.Union, isStore: true);

    private static void IntersectionStore(CommandContext context) => Run(context, Operation.Intersection, isStore: true);

    private static void DifferenceStore(CommandContext context) => Run(context, Operation.Difference, isStore: true);

    private static void Run(CommandContext context, Operation operation, bool isStore)
    {
        int numberArg = isStore ? 2 : 1;
        if (!AlgebraQuery.TryReadNumber(context, numberArg, out int keys))
            return;
        Span<AlgebraSource> sources = keys <= FewKeys ? stackalloc AlgebraSource[keys] : new AlgebraSource[keys];
        AlgebraOptions allowed = operation switch
        {
            Operation.Count => AlgebraOptions.Limit,
            Operation.Difference => AlgebraOptions.None,
            _ => AlgebraOptions.Weights,
        };
        if (!isStore && operation != Operation.Count)
            allowed |= AlgebraOptions.Scores;
        if (!AlgebraQuery.TryRead(context, numberArg + 1, sources, allowed, out AlgebraQuery query))
            return;
        if (operation == Operation.Count)
        {
            context.Reply.Integer(SortedSetAlgebra.CountCommon(sources, query.Limit, context.PoolBase));
            return;
        }
        using ScoredMembers found = Compute(context, operation, query);
        if (isStore)
            Store(context, operation, found);
        else
            Tell(context, found, query.WithScores);
    }

    private static ScoredMembers Compute(CommandContext context, Operation operation, in AlgebraQuery query) => operation switch
    {
        Operation.Union => SortedSetAlgebra.Unite(query.Sources, query.Aggregate, context.PoolBase),
        Operation.Intersection => SortedSetAlgebra.Intersect(query.Sources, query.Aggregate, context.PoolBase),
        _ => SortedSetAlgebra.Subtract(query.Sources, context.PoolBase),
    };

    private static void Store(CommandContext context, Operation operation, ScoredMembers found)
    {
        ElementBatch batch = context.Collections.NewBatch();
        found.CopyTo(batch);
        ZeroSign.DropFromWhole(context, batch);
        SortedSetStore.Replace(context, 1, batch, operation switch
        {
            Operation.Union => "zunionstore"u8,
            Operation.Intersection => "zinterstore"u8,
            _ => "zdiffstore"u8,
        });
    }

    private static void Tell(CommandContext context, ScoredMembers found, bool withScores)
    {
        found.Sort();
        SortedSetReply.Head(context.Reply, found.Count, withScores);
        foreach (ref readonly ScoredMembers.Item item in found.Items)
        {
            if (withScores && context.Reply.Resp3)
                context.Reply.Array(2);
            context.Reply.StoredBytes(item.Data, item.Length);
            if (withScores)
                context.Reply.Double(item.Score);
        }
    }
}
