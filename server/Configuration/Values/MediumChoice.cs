namespace Pkv.Server.Configuration;

/// <summary>The value of <c>medium</c>; the pool knows which medium is actually used.</summary>
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
