using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// GEOSEARCH, GEOSEARCHSTORE, GEORADIUS and its variants. What is stored is logged as the resulting sorted set. Source:
/// redis.io/commands/geosearch; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class SearchCommands
{
    // Where GEORADIUS and GEORADIUSBYMEMBER may name a target at the earliest, behind its option.
    private const int FirstStoreOption = 5;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("georadius", &Radius, LockMode.Self);
        bindings.Bind("georadius_ro", &RadiusReadOnly);
        bindings.Bind("georadiusbymember", &RadiusByMember, LockMode.Self);
        bindings.Bind("georadiusbymember_ro", &RadiusByMemberReadOnly);
        bindings.Bind("geosearch", &Search);
        bindings.Bind("geosearchstore", &SearchStore);
    }

    private static void Radius(CommandContext context) => RunLocked(context, GeoForm.Radius);

    private static void RadiusReadOnly(CommandContext context) => Run(context, GeoForm.RadiusReadOnly);

    private static void RadiusByMember(CommandContext context) => RunLocked(context, GeoForm.RadiusByMember);

    private static void RadiusByMemberReadOnly(CommandContext context) => Run(context, GeoForm.RadiusByMemberReadOnly);

    private static void Search(CommandContext context) => Run(context, GeoForm.Search);

    private static void SearchStore(CommandContext context) => Run(context, GeoForm.SearchStore);

    // The command table does not tell dispatch where the target stands.
    private static void RunLocked(CommandContext context, GeoForm form)
    {
        if (!KeyAndTarget.TryEnter(context, TargetOf(context), out bool held))
            return;
        context.Thread.Log.BeginTransaction();
        Run(context, form);
        context.Thread.Log.EndTransaction();
        KeyAndTarget.Exit(context, held);
    }

    // The last one counts, if all arguments are right.
    private static int TargetOf(CommandContext context)
    {
        int target = 0;
        for (int i = FirstStoreOption; i + 1 < context.ArgCount; i++)
        {
            if (OptionWord.Is(context.Arg(i), "STORE"u8) || OptionWord.Is(context.Arg(i), "STOREDIST"u8))
                target = ++i;
        }
        return target;
    }

    private static void Run(CommandContext context, GeoForm form)
    {
        if (!context.Collections.TryRead(GeoQuery.SourceArg(form), ValueKind.SortedSet, out Collection* set)
            || !GeoQuery.TryRead(context, form, set, out GeoQuery query))
            return;
        GeoMatches matches = default;
        if (set != null)
            matches.Search(context, set, query.Shape, query.Any ? query.Count : 0);
        int wanted = query.Count == 0 ? matches.Count : (int)Math.Min(matches.Count, query.Count);
        if (query.IsSorted)
            matches.Sort(context, wanted, query.IsDescending);
        if (query.StoreArg == 0)
            Tell(context, query, matches, wanted);
        else
            Store(context, form, query, matches, wanted);
        matches.Dispose();
    }

    private static void Tell(CommandContext context, in GeoQuery query, in GeoMatches matches, int wanted)
    {
        context.Reply.Array(wanted);
        for (int i = 0; i < wanted; i++)
        {
            context.Breathe(i);
            GeoMatch* match = matches.Items + i;
            if (query.Parts > 0)
                context.Reply.Array(1 + query.Parts);
            context.Reply.StoredBulk(match->Bulk);
            if (query.WithDistance)
                GeoReply.Distance(context.Reply, match->Meters / query.Shape.UnitMeters);
            if (query.WithHash)
                context.Reply.Integer(GeoNumber.ToInt64(match->Score));
            if (query.WithCoordinates)
                GeoReply.Point(context.Reply, GeoCell.OfScore(match->Score).Center);
        }
    }

    private static void Store(CommandContext context, GeoForm form, in GeoQuery query, in GeoMatches matches, int wanted)
    {
        ElementBatch batch = context.Collections.NewBatch();
        for (int i = 0; i < wanted; i++)
        {
            context.Breathe(i);
            GeoMatch* match = matches.Items + i;
            byte* member = BulkString.Data(match->Bulk, out int length);
            batch.AddScored(query.StoresDistances ? match->Meters / query.Shape.UnitMeters : match->Score, member, length);
        }
        ZeroSign.DropFromWhole(context, batch);
        SortedSetStore.Replace(context, query.StoreArg, batch, form == GeoForm.SearchStore ? "geosearchstore"u8 : "georadiusstore"u8);
    }
}
