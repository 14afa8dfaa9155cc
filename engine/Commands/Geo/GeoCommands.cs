using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// The geo group: binds each command to its function; contains GEOADD and the commands for single members. Places are scores of sorted
/// sets, see <see cref="GeoCell"/>. Source: redis.io/commands; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class GeoCommands
{
    private const int FirstMember = 2;

    private static ReadOnlySpan<byte> HashAlphabet => "0123456789bcdefghjkmnpqrstuvwxyz"u8;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("geoadd", &Add);
        bindings.Bind("geodist", &Distance);
        bindings.Bind("geohash", &Hashes);
        bindings.Bind("geopos", &Positions);
        SearchCommands.Bind(bindings);
    }

    // A ZADD of the places' scores, and logged as that.
    private static void Add(CommandContext context)
    {
        const AddOptions both = AddOptions.OnlyNew | AddOptions.OnlyExisting;
        AddOptions options = AddOptions.None;
        int first = 2;
        for (; first < context.ArgCount && OptionOf(context.Arg(first)) is var option && option != AddOptions.None; first++)
            options |= option;
        int arguments = context.ArgCount - first;
        if (arguments == 0 || arguments % 3 != 0 || (options & both) == both)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        for (int i = first; i < context.ArgCount; i += 3)
        {
            context.Breathe(i);
            if (!GeoQuery.TryReadPoint(context, i, out _))
                return;
        }
        AddCommands.Run(context, options, new AddPairs(first, stride: 3, &Score));
    }

    private static AddOptions OptionOf(ReadOnlySpan<byte> word) =>
        OptionWord.Is(word, "NX"u8) ? AddOptions.OnlyNew
        : OptionWord.Is(word, "XX"u8) ? AddOptions.OnlyExisting
        : OptionWord.Is(word, "CH"u8) ? AddOptions.CountChanged
        : AddOptions.None;

    private static double Score(CommandContext context, int arg) =>
        GeoQuery.TryReadPoint(context, arg, out GeoPoint point) ? GeoCell.Of(point, GeoCell.StepsMax, GeoRange.WebMercator).Number : 0;

    private static void Distance(CommandContext context)
    {
        const int unitArg = 4;
        double unit = 1;
        if (context.ArgCount > unitArg + 1)
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        if ((context.ArgCount > unitArg && !GeoUnit.TryRead(context, unitArg, out unit)) || !context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        if (TryFind(context, set, FirstMember, out GeoCell one) && TryFind(context, set, FirstMember + 1, out GeoCell other))
            GeoReply.Distance(context.Reply, Earth.Distance(one.Center, other.Center) / unit);
        else
            context.Reply.Null();
    }

    private static void Positions(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        context.Reply.Array(context.ArgCount - FirstMember);
        for (int i = FirstMember; i < context.ArgCount; i++)
        {
            context.Breathe(i);
            if (TryFind(context, set, i, out GeoCell cell))
                GeoReply.Point(context.Reply, cell.Center);
            else
                context.Reply.NullArray();
        }
    }

    private static void Hashes(CommandContext context)
    {
        if (!context.Collections.TryRead(1, ValueKind.SortedSet, out Collection* set))
            return;
        context.Reply.Array(context.ArgCount - FirstMember);
        for (int i = FirstMember; i < context.ArgCount; i++)
        {
            context.Breathe(i);
            if (TryFind(context, set, i, out GeoCell cell))
                TellHash(context, cell);
            else
                context.Reply.Null();
        }
    }

    // Of the whole Earth, which the scores' grid is not: ten letters of five bits each. An eleventh has but two bits, and is told as zero.
    private static void TellHash(CommandContext context, in GeoCell cell)
    {
        const int letters = 10, letterBits = 5, bits = 2 * GeoCell.StepsMax;
        Span<byte> text = stackalloc byte[letters + 1];
        ulong number = GeoCell.Of(cell.Center, GeoCell.StepsMax, GeoRange.WholeEarth).Number;
        for (int i = 0; i < letters; i++)
            text[i] = HashAlphabet[(int)(number >> bits - (i + 1) * letterBits) & (1 << letterBits) - 1];
        text[letters] = HashAlphabet[0];
        context.Reply.Bulk(text);
    }

    private static bool TryFind(CommandContext context, Collection* set, int memberArg, out GeoCell cell)
    {
        Arg* member = context.Args.Items + memberArg;
        double score = 0;
        bool exists = set != null && SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out score, out _);
        cell = GeoCell.OfScore(score);
        return exists;
    }
}
