using Pkv.Engine.Replies;

namespace Pkv.Engine.Commands.Geo;

/// <summary>Distances and places as replies.</summary>
internal static unsafe class GeoReply
{
    /// <summary>A distance: a bulk string in RESP3, too.</summary>
    public static void Distance(ReplyWriter reply, double distance)
    {
        byte* text = stackalloc byte[GeoNumber.MaxBytes];
        reply.Bulk(new ReadOnlySpan<byte>(text, (int)(GeoNumber.Write(text, distance, GeoNumber.DistanceDigits) - text)));
    }

    /// <summary>Longitude and latitude.</summary>
    public static void Point(ReplyWriter reply, in GeoPoint point)
    {
        reply.Array(2);
        Coordinate(reply, point.Longitude);
        Coordinate(reply, point.Latitude);
    }

    private static void Coordinate(ReplyWriter reply, double degrees)
    {
        byte* text = stackalloc byte[GeoNumber.MaxBytes];
        reply.DoubleText(new ReadOnlySpan<byte>(text, (int)(GeoNumber.Write(text, degrees, GeoNumber.CoordinateDigits, trims: true) - text)));
    }
}
