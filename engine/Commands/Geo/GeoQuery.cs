using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Geo;

/// <summary>What a search asks for, as its arguments tell. Order of checks and texts as in Redis 7.0.</summary>
internal unsafe struct GeoQuery
{
    private bool _isFromMember, _isFromPoint, _isByRadius, _isByBox;

    /// <summary>What it covers; not told where there is no set and so no member to begin at.</summary>
    public GeoShape Shape;

    /// <summary>How many members; 0: all.</summary>
    public long Count;

    /// <summary>Any that many will do.</summary>
    public bool Any;

    /// <summary>The nearest ones first, or with <see cref="IsDescending"/> the furthest.</summary>
    public bool IsSorted, IsDescending;

    public bool WithDistance, WithHash, WithCoordinates;

    /// <summary>The argument with the key to store to; 0: none.</summary>
    public int StoreArg;

    /// <summary>What is stored as scores is distances.</summary>
    public bool StoresDistances;

    /// <summary>Parts of a reply's element, besides the member.</summary>
    public readonly int Parts => (WithDistance ? 1 : 0) + (WithHash ? 1 : 0) + (WithCoordinates ? 1 : 0);

    /// <summary>The argument with the key that is looked at.</summary>
    public static int SourceArg(GeoForm form) => form == GeoForm.SearchStore ? 2 : 1;

    /// <summary>Reads the arguments. False: they are wrong, and the client has been told.</summary>
    /// <param name="context">The command.</param>
    /// <param name="form">Its name.</param>
    /// <param name="set">What its key holds, or null.</param>
    /// <param name="query">What it asks for.</param>
    public static bool TryRead(CommandContext context, GeoForm form, Collection* set, out GeoQuery query)
    {
        query = new GeoQuery { StoreArg = form == GeoForm.SearchStore ? 1 : 0 };
        return query.TryReadFixed(context, form, set, out int first)
            && query.TryReadOptions(context, form, set, first)
            && query.AreTogether(context, form);
    }

    /// <summary>Reads a longitude and a latitude. False: they are none that can be indexed, and the client has been told.</summary>
    public static bool TryReadPoint(CommandContext context, int arg, out GeoPoint point)
    {
        point = default;
        if (!TryReadNumber(context, arg, "ERR value is not a valid float"u8, out double longitude)
            || !TryReadNumber(context, arg + 1, "ERR value is not a valid float"u8, out double latitude))
            return false;
        point = new GeoPoint(longitude, latitude);
        if (point.IsInRange)
            return true;
        context.Reply.Error($"ERR invalid longitude,latitude pair {GeoNumber.Text(longitude)},{GeoNumber.Text(latitude)}");
        return false;
    }

    // What stands before the options.
    private bool TryReadFixed(CommandContext context, GeoForm form, Collection* set, out int first)
    {
        first = form switch { GeoForm.Search => 2, GeoForm.SearchStore => 3, GeoForm.Radius or GeoForm.RadiusReadOnly => 6, _ => 5 };
        if (form is GeoForm.Radius or GeoForm.RadiusReadOnly)
            return TryReadPoint(context, 2, out Shape.Center) && TryReadRadius(context, first - 2);
        if (form is GeoForm.RadiusByMember or GeoForm.RadiusByMemberReadOnly && set != null)
            return TryReadMember(context, set, 2) && TryReadRadius(context, first - 2);
        return true;
    }

    private bool TryReadOptions(CommandContext context, GeoForm form, Collection* set, int first)
    {
        bool mayStore = form is GeoForm.Radius or GeoForm.RadiusByMember;
        for (int i = first; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            int left = context.ArgCount - i - 1, used = 0;
            bool isRead = true;
            if (TryReadFlag(word))
                continue;
            if (left >= 1 && OptionWord.Is(word, "COUNT"u8))
            {
                isRead = TryReadCount(context, i + 1);
                used = 1;
            }
            else if (left >= 1 && mayStore && (OptionWord.Is(word, "STORE"u8) || OptionWord.Is(word, "STOREDIST"u8)))
            {
                (StoreArg, StoresDistances) = (i + 1, OptionWord.Is(word, "STOREDIST"u8));
                used = 1;
            }
            else if (form == GeoForm.SearchStore && OptionWord.Is(word, "STOREDIST"u8))
                StoresDistances = true;
            else if (form is not (GeoForm.Search or GeoForm.SearchStore) || !TryReadSearch(context, set, i, left, out isRead, out used))
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
            if (!isRead)
                return false;
            i += used;
        }
        return true;
    }

    private bool TryReadFlag(ReadOnlySpan<byte> word)
    {
        if (OptionWord.Is(word, "WITHDIST"u8))
            WithDistance = true;
        else if (OptionWord.Is(word, "WITHHASH"u8))
            WithHash = true;
        else if (OptionWord.Is(word, "WITHCOORD"u8))
            WithCoordinates = true;
        else if (OptionWord.Is(word, "ANY"u8))
            Any = true;
        else if (OptionWord.Is(word, "ASC"u8))
            (IsSorted, IsDescending) = (true, false);
        else if (OptionWord.Is(word, "DESC"u8))
            (IsSorted, IsDescending) = (true, true);
        else
            return false;
        return true;
    }

    // Options of GEOSEARCH and GEOSEARCHSTORE. False: it is none of them, or there is another one already that it excludes.
    private bool TryReadSearch(CommandContext context, Collection* set, int at, int left, out bool isRead, out int used)
    {
        ReadOnlySpan<byte> word = context.Arg(at);
        (isRead, used) = (true, 0);
        if (left >= 1 && !_isFromPoint && OptionWord.Is(word, "FROMMEMBER"u8))
        {
            (_isFromMember, used) = (true, 1);
            isRead = set == null || TryReadMember(context, set, at + 1);
        }
        else if (left >= 2 && !_isFromMember && OptionWord.Is(word, "FROMLONLAT"u8))
        {
            (_isFromPoint, used) = (true, 2);
            isRead = TryReadPoint(context, at + 1, out Shape.Center);
        }
        else if (left >= 2 && !_isByBox && OptionWord.Is(word, "BYRADIUS"u8))
        {
            (_isByRadius, used) = (true, 2);
            isRead = TryReadRadius(context, at + 1);
        }
        else if (left >= 3 && !_isByRadius && OptionWord.Is(word, "BYBOX"u8))
        {
            (_isByBox, used) = (true, 3);
            isRead = TryReadBox(context, at + 1);
        }
        return used > 0;
    }

    private bool TryReadMember(CommandContext context, Collection* set, int arg)
    {
        Arg* member = context.Args.Items + arg;
        if (SortedSetValue.TryFind(set, context.PoolBase, member->Data, member->Length, out double score, out _))
        {
            Shape.Center = GeoCell.OfScore(score).Center;
            return true;
        }
        context.Reply.Error("ERR could not decode requested zset member"u8);
        return false;
    }

    private bool TryReadRadius(CommandContext context, int arg)
    {
        Shape.IsBox = false;
        if (!TryReadNumber(context, arg, "ERR need numeric radius"u8, out Shape.Radius))
            return false;
        if (!(Shape.Radius < 0))
            return GeoUnit.TryRead(context, arg + 1, out Shape.UnitMeters);
        context.Reply.Error("ERR radius cannot be negative"u8);
        return false;
    }

    private bool TryReadBox(CommandContext context, int arg)
    {
        Shape.IsBox = true;
        if (!TryReadNumber(context, arg, "ERR need numeric width"u8, out Shape.Width) || !TryReadNumber(context, arg + 1, "ERR need numeric height"u8, out Shape.Height))
            return false;
        if (!(Shape.Height < 0 || Shape.Width < 0))
            return GeoUnit.TryRead(context, arg + 2, out Shape.UnitMeters);
        context.Reply.Error("ERR height or width cannot be negative"u8);
        return false;
    }

    private bool TryReadCount(CommandContext context, int arg)
    {
        if (!Integers.TryParse(context.Arg(arg), out Count))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (Count <= 0)
            context.Reply.Error("ERR COUNT must be > 0"u8);
        else
            return true;
        return false;
    }

    private bool AreTogether(CommandContext context, GeoForm form)
    {
        bool isSearch = form is GeoForm.Search or GeoForm.SearchStore;
        if (StoreArg != 0 && Parts > 0)
        {
            string who = form == GeoForm.SearchStore ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
            context.Reply.Error($"ERR {who} is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
        }
        else if (isSearch && !_isFromMember && !_isFromPoint)
            TellMissing(context, "exactly one of FROMMEMBER or FROMLONLAT can be specified for");
        else if (isSearch && !_isByRadius && !_isByBox)
            TellMissing(context, "exactly one of BYRADIUS and BYBOX can be specified for");
        else if (Any && Count == 0)
            context.Reply.Error("ERR the ANY argument requires COUNT argument"u8);
        else
        {
            // The nearest ones are meant, unless any will do.
            IsSorted |= Count != 0 && !Any;
            return true;
        }
        return false;
    }

    private static void TellMissing(CommandContext context, string what) =>
        context.Reply.Error(Encoding.Latin1.GetBytes($"ERR {what} {Encoding.Latin1.GetString(context.Arg(0))}"));

    private static bool TryReadNumber(CommandContext context, int arg, ReadOnlySpan<byte> error, out double number)
    {
        if (Doubles.TryParse(context.Arg(arg), out number))
            return true;
        context.Reply.Error(error);
        return false;
    }
}
