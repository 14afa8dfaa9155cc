using System.Diagnostics;

namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// A cell of the grid that results from halving the ranges of longitude and latitude repeatedly. Its number interleaves the bits of both indexes, with
/// the lowest bit of the latitude first: cells that share a prefix lie side by side, so a cell is a range of scores. At
/// <see cref="StepsMax"/> the number of 52 bits is a member's score. The same bits as Redis, also beyond the edge: the last longitude and latitude of all belong
/// to a cell of their own there. Pure; any thread. Source: redis.io/commands/geoadd.
/// </summary>
/// <param name="Latitude">The cell's index from the south.</param>
/// <param name="Longitude">The cell's index from the west.</param>
/// <param name="Steps">How often both were halved.</param>
internal readonly record struct GeoCell(uint Latitude, uint Longitude, int Steps)
{
    public const int StepsMax = 26;

    private const int ScoreBits = 2 * StepsMax;

    /// <summary>The cell that a place lies in.</summary>
    public static GeoCell Of(in GeoPoint point, int steps, in GeoRange range)
    {
        Debug.Assert(steps is > 0 and <= StepsMax, "a grid has some cells, and no more than scores can tell");
        double latitude = (point.Latitude - range.South) / (range.North - range.South);
        double longitude = (point.Longitude - range.West) / (range.East - range.West);
        double cells = 1UL << steps;
        return new GeoCell((uint)(latitude * cells), (uint)(longitude * cells), steps);
    }

    /// <summary>The cell of a member with this score, which any command may have set.</summary>
    public static GeoCell OfScore(double score)
    {
        ulong number = GeoNumber.Truncate(score);
        return new GeoCell(Gather(number), Gather(number >> 1), StepsMax);
    }

    /// <summary>The cell's number.</summary>
    public ulong Number => Spread(Latitude) | Spread(Longitude) << 1;

    /// <summary>The lowest score of a member in it.</summary>
    public ulong FirstScore => Number << ScoreBits - 2 * Steps;

    /// <summary>The lowest score behind all members in it.</summary>
    public ulong EndScore => Number + 1 << ScoreBits - 2 * Steps;

    /// <summary>The cell at an offset of columns and rows; it wraps around the Earth. An index that does not move is kept, even if it is beyond the edge.</summary>
    public GeoCell Moved(int columns, int rows)
    {
        uint mask = (1u << Steps) - 1;
        return this with
        {
            Longitude = columns == 0 ? Longitude : (uint)(Longitude + columns) & mask,
            Latitude = rows == 0 ? Latitude : (uint)(Latitude + rows) & mask,
        };
    }

    /// <summary>What it covers.</summary>
    public GeoRange Area(in GeoRange range)
    {
        double height = range.North - range.South, width = range.East - range.West, cells = 1UL << Steps;
        return new GeoRange(
            range.West + Longitude / cells * width,
            range.South + Latitude / cells * height,
            range.West + unchecked(Longitude + 1) / cells * width,
            range.South + unchecked(Latitude + 1) / cells * height);
    }

    /// <summary>Its middle, no further than places go.</summary>
    public GeoPoint Center
    {
        get
        {
            GeoRange area = Area(GeoRange.WebMercator);
            return new GeoPoint(
                Math.Clamp((area.West + area.East) / 2, -GeoPoint.LongitudeMax, GeoPoint.LongitudeMax),
                Math.Clamp((area.South + area.North) / 2, -GeoPoint.LatitudeMax, GeoPoint.LatitudeMax));
        }
    }

    // Every second bit, from the lowest on.
    private static uint Gather(ulong bits)
    {
        bits &= 0x5555555555555555;
        bits = (bits | bits >> 1) & 0x3333333333333333;
        bits = (bits | bits >> 2) & 0x0f0f0f0f0f0f0f0f;
        bits = (bits | bits >> 4) & 0x00ff00ff00ff00ff;
        bits = (bits | bits >> 8) & 0x0000ffff0000ffff;
        return (uint)(bits | bits >> 16);
    }

    // The other way round.
    private static ulong Spread(uint index)
    {
        ulong bits = index;
        bits = (bits | bits << 16) & 0x0000ffff0000ffff;
        bits = (bits | bits << 8) & 0x00ff00ff00ff00ff;
        bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0f;
        bits = (bits | bits << 2) & 0x3333333333333333;
        return (bits | bits << 1) & 0x5555555555555555;
    }
}
