namespace Pkv.Server.Configuration;

/// <summary>What the user asked for with <c>medium</c>; what is then in use is for the pool to say.</summary>
public enum MediumChoice
{
    /// <summary>Look at the pool's path and take the best that is there.</summary>
    Auto,

    /// <summary>Persistent memory on an fs-dax mount or a device-DAX node.</summary>
    Dax,

    /// <summary>Shared memory, optionally slowed down to resemble another medium; does not survive power loss.</summary>
    Dram,

    /// <summary>A pool file on an ordinary disk, under <c>appendfsync</c>.</summary>
    File,
}
