namespace Pkv.Engine.Commands.Geo;

/// <summary>A member that a search has found.</summary>
internal unsafe struct GeoMatch
{
    /// <summary>The member's bulk string.</summary>
    public byte* Bulk;

    public double Score;

    /// <summary>From the middle of the search.</summary>
    public double Meters;
}
