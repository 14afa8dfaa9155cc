using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Settings;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>
/// ZADD and ZINCRBY, and what GEOADD does once it has scores. A ZADD without options stays in the log as received if its scores are in the log's format; everything
/// else is logged as the resulting scores. Source: redis.io/commands/zadd; texts and order of checks compared with Redis
/// 7.0.
/// </summary>
internal static unsafe class AddCommands
{
    private const int FirstScore = 2;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("zadd", &Add);
        bindings.Bind("zincrby", &IncrementBy);
    }

    private static void Add(CommandContext context) => Run(context, AddOptions.None);

    private static void IncrementBy(CommandContext context) => Run(context, AddOptions.Increment);

    /// <summary>Puts members whose scores can all be read; replies.</summary>
    public static void Run(CommandContext context, AddOptions options, in AddPairs pairs)
    {
        KeyRef key = context.KeyAt(1);
        if (!context.Collections.TryOpen(key, ValueKind.SortedSet, out Collection* set))
            return;
        bool isPlain = options == AddOptions.None && pairs.Stride == 2;
        if (isPlain && IsLogForm(context))
            AddAsReceived(context, key, set);
        else if (context.ArgCount - pairs.First == pairs.Stride)
            AddOne(context, key, set, options, pairs);
        else
            AddMany(context, key, set, options, pairs);
    }

    private static void Run(CommandContext context, AddOptions options)
    {
        if (AddOptionsReader.TryRead(context, ref options, out int first) && AreScores(context, first))
            Run(context, options, new AddPairs(first, stride: 2, &Score));
    }

    // The command itself becomes the record, unless it says nothing new.
    private static void AddAsReceived(CommandContext context, in KeyRef key, Collection* set)
    {
        if (set != null && !ChangesAny(context, set))
        {
            context.Reply.Integer(0);
            return;
        }
        if (!context.Collections.AddRetained(key, set, ValueKind.SortedSet, FirstScore, out uint added))
            return;
        context.Notify(KeyspaceEvents.SortedSet, "zadd"u8, key);
        context.Reply.Integer(added);
    }

    private static void AddOne(CommandContext context, in KeyRef key, Collection* set, AddOptions options, in AddPairs pairs)
    {
        Arg* member = pairs.MemberAt(context, pairs.First);
        double score = pairs.ScoreAt(context, pairs.First), old = 0;
        bool exists = set != null && SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out old, out _);
        AddOutcome outcome = Outcome(options, exists, old, ref score);
        bool increments = (options & AddOptions.Increment) != 0;
        if (outcome == AddOutcome.NotANumber)
        {
            context.Reply.Error("ERR resulting score is not a number (NaN)"u8);
            return;
        }
        if (outcome is AddOutcome.Added or AddOutcome.Changed)
        {
            ElementBatch batch = context.Collections.NewBatch();
            batch.AddScored(score, member->Data, member->Length);
            ZeroSign.Drop(context, set, batch);
            if (!context.Collections.Put(key, set, ValueKind.SortedSet, batch, out _))
                return;
            context.Notify(KeyspaceEvents.SortedSet, increments ? "zincr"u8 : "zadd"u8, key);
        }
        if (!increments)
            context.Reply.Integer(Counts(outcome, options) ? 1 : 0);
        else if (outcome == AddOutcome.None)
            context.Reply.Null();
        else
            context.Reply.Double(score);
    }

    // One after the other: a member that appears twice is met as its first score left it.
    private static void AddMany(CommandContext context, in KeyRef key, Collection* set, AddOptions options, in AddPairs pairs)
    {
        using ScoredMembers changed = ScoredMembers.Begin((uint)((context.ArgCount - pairs.First) / pairs.Stride), isIndexed: true, context);
        long counted = 0;
        for (int i = pairs.First; i < context.ArgCount; i += pairs.Stride)
        {
            context.Breathe(i >> 1);
            Arg* member = pairs.MemberAt(context, i);
            ulong hash = KeyHash.Of(member->Data, member->Length);
            double score = pairs.ScoreAt(context, i), old = 0;
            ScoredMembers.Item* before = changed.Find(hash, member->Data, member->Length);
            bool exists = before != null || (set != null && SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out old, out _));
            AddOutcome outcome = Outcome(options, exists, before != null ? before->Score : old, ref score);
            if (Counts(outcome, options))
                counted++;
            if (outcome is not (AddOutcome.Added or AddOutcome.Changed))
                continue;
            if (before != null)
                before->Score = score;
            else
                changed.Add(hash, member->Data, member->Length, score);
        }
        if (changed.Count > 0)
        {
            ElementBatch batch = context.Collections.NewBatch();
            changed.CopyTo(batch, context);
            ZeroSign.Drop(context, set, batch);
            if (!context.Collections.Put(key, set, ValueKind.SortedSet, batch, out _))
                return;
            context.Notify(KeyspaceEvents.SortedSet, "zadd"u8, key);
        }
        context.Reply.Integer(counted);
    }

    /// <summary>What becomes of one member; its score becomes the one it is to have.</summary>
    private static AddOutcome Outcome(AddOptions options, bool exists, double old, ref double score)
    {
        if (!exists)
            return (options & AddOptions.OnlyExisting) != 0 ? AddOutcome.None : AddOutcome.Added;
        if ((options & AddOptions.OnlyNew) != 0)
            return AddOutcome.None;
        if ((options & AddOptions.Increment) != 0)
        {
            score += old;
            if (double.IsNaN(score))
                return AddOutcome.NotANumber;
        }
        if (((options & AddOptions.OnlyDown) != 0 && score >= old) || ((options & AddOptions.OnlyUp) != 0 && score <= old))
            return AddOutcome.None;
        return score == old ? AddOutcome.Same : AddOutcome.Changed;
    }

    private static bool Counts(AddOutcome outcome, AddOptions options) =>
        outcome == AddOutcome.Added || (outcome == AddOutcome.Changed && (options & AddOptions.CountChanged) != 0);

    private static bool ChangesAny(CommandContext context, Collection* set)
    {
        for (int i = FirstScore; i < context.ArgCount; i += 2)
        {
            context.Breathe(i >> 1);
            Arg* member = context.Args.Items + i + 1;
            if (!SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out double old, out _) || old != Score(context, i))
                return true;
        }
        return false;
    }

    private static bool AreScores(CommandContext context, int first)
    {
        for (int i = first; i < context.ArgCount; i += 2)
        {
            context.Breathe(i >> 1);
            if (Doubles.TryParse(context.Arg(i), out _))
                continue;
            context.Reply.Error("ERR value is not a valid float"u8);
            return false;
        }
        return true;
    }

    // The log holds neither hexadecimal digits nor zeros with a sign.
    private static bool IsLogForm(CommandContext context)
    {
        for (int i = FirstScore; i < context.ArgCount; i += 2)
        {
            context.Breathe(i >> 1);
            if (!ScoreText.TryParse(context.Arg(i), out double score) || (score == 0 && double.IsNegative(score)))
                return false;
        }
        return true;
    }

    private static double Score(CommandContext context, int arg) => Doubles.TryParse(context.Arg(arg), out double score) ? score : 0;

    private enum AddOutcome
    {
        /// <summary>The options exclude the member.</summary>
        None,
        Added,
        Changed,
        Same,
        NotANumber,
    }
}
