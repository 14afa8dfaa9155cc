namespace Pkv.Tests.Simulation;

/// <summary>Which real medium is simulated: see the fault model of <see cref="SimulatedMedium"/>.</summary>
internal enum SimulatedKind
{
    /// <summary>As `dax`: lines, flush and drain.</summary>
    PersistentMemory,

    /// <summary>As `file`, mapped: the page cache outlives the process; only a sync reaches the device.</summary>
    MappedFile,

    /// <summary>As `file`, written directly: what was flushed reaches the device by a sync; nothing else outlives the process.</summary>
    DirectFile,
}
