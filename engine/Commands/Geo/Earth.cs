namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// Distances on a sphere, in meters, and what a search has to look at. Each formula has Redis's order of operations, so that results
/// agree to the last bit. Pure; any thread.
/// </summary>
internal static class Earth
{
    private const double RadiusMeters = 6372797.560856;
    private const double RadiansPerDegree = Math.PI / 180.0;

    // Half of the equator's length, in the projection that the grid has.
    private const double HalfEquatorMeters = 20037726.37;

    // From these latitudes on a cell covers less and less.
    private const double NearPole = 66, AtPole = 80;

    /// <summary>The distance along a great circle, by the haversine formula.</summary>
    public static double Distance(in GeoPoint a, in GeoPoint b)
    {
        double eastWest = Math.Sin((Radians(b.Longitude) - Radians(a.Longitude)) / 2);
        if (eastWest == 0)
            return LatitudeDistance(a.Latitude, b.Latitude);
        double latitudeA = Radians(a.Latitude), latitudeB = Radians(b.Latitude);
        double northSouth = Math.Sin((latitudeB - latitudeA) / 2);
        double square = northSouth * northSouth + Math.Cos(latitudeA) * Math.Cos(latitudeB) * eastWest * eastWest;
        return 2.0 * RadiusMeters * Math.Asin(Math.Sqrt(square));
    }

    /// <summary>The distance along a meridian.</summary>
    public static double LatitudeDistance(double a, double b) => RadiusMeters * Math.Abs(Radians(b) - Radians(a));

    /// <summary>The bounding range of a place, given how far it extends to each side, in meters.</summary>
    public static GeoRange Around(in GeoPoint center, double eastWest, double northSouth)
    {
        double height = Degrees(northSouth / RadiusMeters);
        // Of the two edges that of the hemisphere's pole is the wider one in degrees; Redis's choice of it is kept.
        double edge = center.Latitude < 0 ? center.Latitude - height : center.Latitude + height;
        double width = Degrees(eastWest / RadiusMeters / Math.Cos(Radians(edge)));
        return new GeoRange(center.Longitude - width, center.Latitude - height, center.Longitude + width, center.Latitude + height);
    }

    /// <summary>How often to halve the grid so that a cell and its neighbours are likely to cover a radius.</summary>
    public static int StepsFor(double radiusMeters, double latitude)
    {
        if (radiusMeters == 0)
            return GeoCell.StepsMax;
        int steps = -1;
        for (; radiusMeters < HalfEquatorMeters; radiusMeters *= 2)
            steps++;
        double fromEquator = Math.Abs(latitude);
        steps -= fromEquator > AtPole ? 2 : fromEquator > NearPole ? 1 : 0;
        return Math.Clamp(steps, 1, GeoCell.StepsMax);
    }

    private static double Radians(double degrees) => degrees * RadiansPerDegree;

    private static double Degrees(double radians) => radians / RadiansPerDegree;
}
