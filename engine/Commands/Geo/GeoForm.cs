namespace Pkv.Engine.Commands.Geo;

/// <summary>Which command searches.</summary>
internal enum GeoForm
{
    /// <summary>GEORADIUS.</summary>
    Radius,

    /// <summary>GEORADIUS_RO.</summary>
    RadiusReadOnly,

    /// <summary>GEORADIUSBYMEMBER.</summary>
    RadiusByMember,

    /// <summary>GEORADIUSBYMEMBER_RO.</summary>
    RadiusByMemberReadOnly,

    /// <summary>GEOSEARCH.</summary>
    Search,

    /// <summary>GEOSEARCHSTORE.</summary>
    SearchStore,
}
