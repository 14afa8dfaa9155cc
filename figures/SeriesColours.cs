namespace Pkv.Figures;

/// <summary>
/// The colours of everything that plots compare. A server has the same colour in every plot, whichever others are drawn beside it.
/// Immutable.
/// </summary>
public static class SeriesColours
{
    /// <summary>For a server that has no colour of its own: black, which nothing else has.</summary>
    public const string Unknown = "#000000";

    // Redis in warm colours, Pkv in blue, what no server can beat in grey. "linux" to "bound" are the systems of the echo server.
    private static readonly Dictionary<string, string> Servers = new()
    {
        ["redis-aof"] = "#c0392b", ["redis-aof-zio"] = "#d4ac0d", ["redis"] = "#e59866",
        ["garnet"] = "#8e44ad",
        ["pkv"] = "#1f77b4", ["pkv-flush"] = "#76b7e5",
        ["limit"] = "#7f8c8d", ["limit-log"] = "#bdc3c7",
        ["linux"] = "#d35400", ["zio-vault"] = "#148f77", ["zio-published"] = "#58d68d", ["bound"] = "#5d6d7e",
    };

    private static readonly string[] Others = ["#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#a6761d", "#1f78b4", "#666666"];

    /// <summary>The colour of a server or system, by its name on the command line.</summary>
    public static string OfServer(string name) => Servers.GetValueOrDefault(name, Unknown);

    /// <summary>A colour for what is not a server: an operation, a curve of theory. Repeats after eight.</summary>
    /// <param name="index">Not negative; the same for the same thing in every plot.</param>
    public static string Other(int index) => Others[index % Others.Length];
}
