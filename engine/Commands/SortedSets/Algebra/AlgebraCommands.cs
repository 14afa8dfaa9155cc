using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;

namespace Pkv.Engine.Commands.SortedSets.Algebra;

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
            context.Reply.Integer(SortedSetAlgebra.CountCommon(context, sources, query.Limit));
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
        Operation.Union => SortedSetAlgebra.Unite(context, query.Sources, query.Aggregate),
        Operation.Intersection => SortedSetAlgebra.Intersect(context, query.Sources, query.Aggregate),
        _ => SortedSetAlgebra.Subtract(context, query.Sources),
    };

    private static void Store(CommandContext context, Operation operation, ScoredMembers found)
    {
        ElementBatch batch = context.Collections.NewBatch();
        // In the set's order, so that its elements are appended to the tree, not inserted here and there.
        found.Sort(context);
        found.CopyTo(batch, context);
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
        found.Sort(context);
        SortedSetReply.Head(context.Reply, found.Count, withScores);
        for (int i = 0; i < found.Count; i++)
        {
            ref readonly ScoredMembers.Item item = ref found.Items[i];
            context.Breathe(i);
            if (withScores && context.Reply.Resp3)
                context.Reply.Array(2);
            context.Reply.StoredBytes(item.Data, item.Length);
            if (withScores)
                context.Reply.Double(item.Score);
        }
    }
}
