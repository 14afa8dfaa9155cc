namespace Pkv.Engine.Commands.Geo;

/// <summary>From one longitude to another and from one latitude to another, in degrees.</summary>
internal readonly record struct GeoRange(double West, double South, double East, double North)
{
    /// <summary>What Redis indexes.</summary>
    public static GeoRange WebMercator => new(-GeoPoint.LongitudeMax, -GeoPoint.LatitudeMax, GeoPoint.LongitudeMax, GeoPoint.LatitudeMax);

    /// <summary>What geohash texts are relative to.</summary>
    public static GeoRange WholeEarth => new(-180, -90, 180, 90);
}
