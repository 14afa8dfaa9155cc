namespace Pkv.Bench.Servers;

/// <summary>One server that can be measured: how to find it, start it and describe it.</summary>
/// <param name="Name">Its name on the command line and in tables.</param>
/// <param name="Title">Its name in legends.</param>
/// <param name="Command">The program and the arguments before its own, or null when it is not installed here.</param>
/// <param name="Arguments">Its own arguments.</param>
/// <param name="FlagsInReport">The same without ports and paths, for the report.</param>
/// <param name="Version">Its version for the report; asked of the program.</param>
internal sealed record ServerSpec(
    string Name, string Title, string[]? Command, Func<ServerStart, string[]> Arguments, string FlagsInReport, Func<string> Version)
{
    /// <summary>How it stands in every plot.</summary>
    public BarPlot.Series PlotSeries => new(Title, SeriesColours.OfServer(Name));

    /// <summary>False for the limit servers, which answer one fixed value to every GET and know no other command.</summary>
    public bool StoresValues { get; init; } = true;

    /// <summary>False for a peer that may lack commands of the types: then their figures are left out.</summary>
    public bool MustKnowTypes { get; init; } = true;

    /// <summary>Variables that it is started with, on top of this process's own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>True for Pkv, whose INFO counters are read.</summary>
    public bool HasReceiveCounters { get; init; }

    /// <summary>Pkv with another number of I/O threads than one.</summary>
    public ServerSpec WithIoThreads(int threads) => this with
    {
        Arguments = s => [.. Arguments(s), "--io-threads", threads.ToString(System.Globalization.CultureInfo.InvariantCulture)],
        FlagsInReport = FlagsInReport.Replace("--io-threads 1", $"--io-threads {threads}", StringComparison.Ordinal),
    };
}
