using Pkv.Ycsb.Core;

namespace Pkv.Ycsb.Cli;

/// <summary>
/// The command line, as YCSB's: a phase, a binding, and options whose names have one dash. Of what is given twice the later goes
/// before the earlier, also where -threads 4 and -p threadcount=8 are the same property.
/// </summary>
/// <remarks>
/// Why not System.CommandLine: version 3.0.0 groups values by option, which loses the order between options, and this file
/// became longer with it (80 lines instead of 63).
/// </remarks>
internal sealed class CommandLine
{
    private CommandLine(bool isLoad) => IsLoad = isLoad;

    /// <summary>The load phase; else the run phase.</summary>
    public bool IsLoad { get; }

    public PropertySet Properties { get; } = new();

    /// <summary>Where the drawings go, as the start of their files' names; null for none.</summary>
    public string? PlotPrefix { get; private set; }

    /// <summary>A file that gets also write the figures as JSON; null for none.</summary>
    public string? JsonPath { get; private set; }

    /// <summary>A file that gets the latencies of each second as HdrHistogram's log; null for none.</summary>
    public string? LatencyLogPath { get; private set; }

    /// <summary>Reads the arguments and the workload files they name.</summary>
    /// <exception cref="ArgumentException">They are wrong.</exception>
    /// <exception cref="IOException">A workload file cannot be read.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments[0] is not ("load" or "run")) throw new ArgumentException("the first argument is load or run");
        if (arguments.Count < 2 || arguments[1] != "redis") throw new ArgumentException("the second argument is the binding: redis");
        CommandLine line = new(arguments[0] == "load");
        List<string> files = [];
        List<(string Name, string Value)> properties = [];
        for (int i = 2; i < arguments.Count; i++)
        {
            string option = arguments[i];
            string Value() => ++i < arguments.Count ? arguments[i] : throw new ArgumentException($"{option} needs a value");
            switch (option)
            {
                case "-P": files.Add(Value()); break;
                case "-p": properties.Add(Split(Value())); break;
                case "-threads": properties.Add(("threadcount", Value())); break;
                case "-target": properties.Add(("target", Value())); break;
                case "-l": properties.Add(("label", Value())); break;
                case "-s": properties.Add(("status", "true")); break;
                case "-plot": line.PlotPrefix = Value(); break;
                case "-json": line.JsonPath = Value(); break;
                case "-hlog": line.LatencyLogPath = Value(); break;
                default: throw new ArgumentException($"unknown option {option}");
            }
        }
        foreach (string file in files) line.Properties.AddFile(file);
        // What the command line says goes before what files say, wherever it stands.
        foreach ((string name, string value) in properties) line.Properties.Set(name, value);
        return line;
    }

    private static (string Name, string Value) Split(string property)
    {
        int equals = property.IndexOf('=');
        return equals > 0 ? (property[..equals], property[(equals + 1)..]) : throw new ArgumentException($"-p {property}: not name=value");
    }
}
