namespace Pkv.Persistence.Media;

/// <summary>The kinds of media. See docs/architecture.md, "Media".</summary>
public enum MediumKind
{
    /// <summary>A file on an fs-dax mount, or a device-DAX node: CPU stores reach persistent memory.</summary>
    Dax,

    /// <summary>Ordinary memory that outlives the process (a file in /dev/shm). An emulation of persistent memory.</summary>
    Dram,

    /// <summary>A file on an ordinary disk, mapped through the page cache.</summary>
    File,
}
