namespace Pkv.Engine.Commands.Geo;

/// <summary>What a search covers: a circle, or a box that is as wide everywhere as at its middle.</summary>
internal struct GeoShape
{
    public GeoPoint Center;

    /// <summary>It is a box, not a circle.</summary>
    public bool IsBox;

    /// <summary>Of a circle, in <see cref="UnitMeters"/>.</summary>
    public double Radius;

    /// <summary>Of a box, in <see cref="UnitMeters"/>.</summary>
    public double Width, Height;

    /// <summary>Meters of the unit of all distances.</summary>
    public double UnitMeters;

    /// <summary>Whether a place lies in it, and how far from its middle, in meters.</summary>
    public readonly bool Contains(in GeoPoint point, out double meters)
    {
        meters = 0;
        if (!IsBox)
        {
            meters = Earth.Distance(Center, point);
            return !(meters > Radius * UnitMeters);
        }
        if (Earth.LatitudeDistance(point.Latitude, Center.Latitude) > Height * UnitMeters / 2
            || Earth.Distance(point, point with { Longitude = Center.Longitude }) > Width * UnitMeters / 2)
            return false;
        meters = Earth.Distance(Center, point);
        return true;
    }

    /// <summary>What encloses it.</summary>
    public readonly GeoRange Bounds() => Earth.Around(Center, UnitMeters * (IsBox ? Width / 2 : Radius), UnitMeters * (IsBox ? Height / 2 : Radius));

    /// <summary>From the middle to the point that is furthest from it, in meters.</summary>
    public readonly double Reach() => (IsBox ? Math.Sqrt(Width / 2 * (Width / 2) + Height / 2 * (Height / 2)) : Radius) * UnitMeters;
}
