namespace Pkv.Bench.Echo;

/// <summary>All cells of a run by system, and the ratios between systems.</summary>
internal sealed class EchoTable
{
    private readonly Dictionary<(string System, EchoCell Cell), EchoSummary> _cells;

    public EchoTable(IEnumerable<EchoResult> results) =>
        _cells = results.GroupBy(r => (r.System, r.Cell)).ToDictionary(g => g.Key, g => EchoSummary.Of([.. g]));

    /// <summary>A cell under a system, or null if it was not measured.</summary>
    public EchoSummary? At(EchoSystem system, EchoCell cell) => _cells.GetValueOrDefault((system.Name, system.Reduced(cell)));

    /// <summary>How many times less CPU a system takes than plain Linux; null if either was not measured.</summary>
    public double? CpuGain(EchoSystem system, EchoCell cell) => Linux(cell)?.CpuUs / At(system, cell)?.CpuUs;

    /// <summary>How many times more a system echoes than plain Linux; null if either was not measured.</summary>
    public double? ThroughputGain(EchoSystem system, EchoCell cell) => At(system, cell)?.Throughput / Linux(cell)?.Throughput;

    private EchoSummary? Linux(EchoCell cell) => At(EchoSystem.ByName(EchoSystem.Linux), cell);
}
