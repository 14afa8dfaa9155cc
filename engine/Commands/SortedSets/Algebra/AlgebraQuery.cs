using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.SortedSets.Algebra;

/// <summary>How the scores of a member in several sets are combined.</summary>
internal enum ScoreAggregate
{
    Sum,
    Min,
    Max,
}

/// <summary>One of the sets that are united, intersected or subtracted; null when the key is missing.</summary>
internal unsafe struct AlgebraSource
{
    public Collection* Value;
    public double Weight;

    /// <summary>Members.</summary>
    public readonly uint Count => Value == null ? 0 : Value->Count;
}

/// <summary>Which options a command of the algebra takes.</summary>
[Flags]
internal enum AlgebraOptions
{
    None = 0,

    /// <summary>WEIGHTS and AGGREGATE.</summary>
    Weights = 1,

    /// <summary>WITHSCORES.</summary>
    Scores = 2,

    /// <summary>LIMIT.</summary>
    Limit = 4,
}

/// <summary>
/// The arguments of ZUNION, ZINTER, ZDIFF, their STORE forms and ZINTERCARD: <c>numkeys key … options</c>. Order of checks and
/// texts of Redis 7.0.
/// </summary>
internal unsafe ref struct AlgebraQuery
{
    /// <summary>The sets, in the order of the arguments.</summary>
    public Span<AlgebraSource> Sources { get; private set; }

    public ScoreAggregate Aggregate { get; private set; }

    public bool WithScores { get; private set; }

    /// <summary>Members to count at most; 0: all.</summary>
    public long Limit { get; private set; }

    /// <summary>The number of keys. False: it is wrong and the client has been told.</summary>
    public static bool TryReadNumber(CommandContext context, int numberArg, out int keys)
    {
        keys = 0;
        if (!Integers.TryParse(context.Arg(numberArg), out long number))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (number < 1)
            context.Reply.Error($"ERR at least 1 input key is needed for '{context.Spec.FullName}' command");
        else if (number > context.ArgCount - numberArg - 1)
            context.Reply.Error("ERR syntax error"u8);
        else
            keys = (int)number;
        return keys > 0;
    }

    /// <summary>Reads what follows the number. False: it is wrong, or a key holds another type, and the client has been told.</summary>
    /// <param name="context">The command.</param>
    /// <param name="firstKey">The first key's argument.</param>
    /// <param name="sources">Room for as many as there are keys.</param>
    /// <param name="allowed">The command's options.</param>
    /// <param name="query">What is asked for.</param>
    public static bool TryRead(CommandContext context, int firstKey, Span<AlgebraSource> sources, AlgebraOptions allowed, out AlgebraQuery query)
    {
        query = new AlgebraQuery { Sources = sources };
        for (int i = 0; i < sources.Length; i++)
        {
            if (!TryFind(context, firstKey + i, out sources[i]))
                return false;
        }
        for (int at = firstKey + sources.Length; at < context.ArgCount;)
        {
            if (!query.TryReadOption(context, allowed, ref at))
                return false;
        }
        return true;
    }

    private bool TryReadOption(CommandContext context, AlgebraOptions allowed, ref int at)
    {
        ReadOnlySpan<byte> option = context.Arg(at++);
        int left = context.ArgCount - at;
        if ((allowed & AlgebraOptions.Weights) != 0 && left >= Sources.Length && OptionWord.Is(option, "WEIGHTS"u8))
        {
            for (int i = 0; i < Sources.Length; i++)
            {
                if (Doubles.TryParse(context.Arg(at++), out Sources[i].Weight))
                    continue;
                context.Reply.Error("ERR weight value is not a float"u8);
                return false;
            }
            return true;
        }
        if ((allowed & AlgebraOptions.Weights) != 0 && left >= 1 && OptionWord.Is(option, "AGGREGATE"u8) && TryReadAggregate(context.Arg(at++)))
            return true;
        if ((allowed & AlgebraOptions.Scores) != 0 && OptionWord.Is(option, "WITHSCORES"u8))
            return WithScores = true;
        if ((allowed & AlgebraOptions.Limit) != 0 && left >= 1 && OptionWord.Is(option, "LIMIT"u8))
        {
            bool isCount = PopCommands.TryReadCount(context, at++, 0, "ERR LIMIT can't be negative"u8, out long limit);
            Limit = limit;
            return isCount;
        }
        context.Reply.Error("ERR syntax error"u8);
        return false;
    }

    private bool TryReadAggregate(ReadOnlySpan<byte> word)
    {
        if (OptionWord.Is(word, "SUM"u8))
            Aggregate = ScoreAggregate.Sum;
        else if (OptionWord.Is(word, "MIN"u8))
            Aggregate = ScoreAggregate.Min;
        else if (OptionWord.Is(word, "MAX"u8))
            Aggregate = ScoreAggregate.Max;
        else
            return false;
        return true;
    }

    // A set's members have the score 1.
    private static bool TryFind(CommandContext context, int keyArg, out AlgebraSource source)
    {
        KeyRef key = context.KeyAt(keyArg);
        bool exists = context.Find(key, out Entry entry);
        context.CountLookup(key, exists);
        source = new AlgebraSource { Value = entry.Collection, Weight = 1 };
        if (!exists || entry.Kind is ValueKind.Set or ValueKind.SortedSet)
            return true;
        context.Reply.Error("WRONGTYPE Operation against a key holding the wrong kind of value"u8);
        return false;
    }
}
