namespace Pkv.Engine.Commands.Geo;

/// <summary>A place on the Earth, in degrees: longitudes from -180 to 180, latitudes as far as Web Mercator goes.</summary>
internal readonly record struct GeoPoint(double Longitude, double Latitude)
{
    public const double LongitudeMax = 180, LatitudeMax = 85.05112878;

    /// <summary>Whether it can be indexed.</summary>
    public bool IsInRange => Longitude is >= -LongitudeMax and <= LongitudeMax && Latitude is >= -LatitudeMax and <= LatitudeMax;
}
