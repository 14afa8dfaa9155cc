using System.Reflection;
using System.Runtime.InteropServices;
using Pkv.Ycsb.Core;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Redis;
using Pkv.Ycsb.Report;
using Spectre.Console;

namespace Pkv.Ycsb.Cli;

/// <summary>
/// The program pkv-ycsb. Exit codes: 0 done, 1 the server failed, operations failed or a value was wrong, 2 usage error.
/// </summary>
internal static class YcsbProgram
{
    private const string Usage = """
        usage: pkv-ycsb load|run redis -P WORKLOAD [options]
               pkv-ycsb --version

          -P FILE            properties file of a workload; can be repeated
          -p NAME=VALUE      one property; overrides files
          -threads N         connections (1)
          -target N          target operations per second (default: unlimited)
          -s                 status during the run: a table in a terminal, otherwise lines on stderr
          -l LABEL           label at the beginning of each status line
          -json FILE         also write the figures as JSON
          -hlog FILE         write the latencies of each second as a HdrHistogram log
          -plot PREFIX       write PREFIX-latency.svg and PREFIX-throughput.svg

        properties of CoreWorkload as in YCSB; of this runner (with defaults):
          redis.host (127.0.0.1)  redis.port (6379)  redis.password  redis.cusername  redis.cpassword
          redis.timeout (20000 ms)     redis.pipeline (1): operations in flight per connection
          client.loops (1): threads that drive the connections    client.wait (sleep): or spin
          client.servercpu (false): read the server's CPU time from INFO    client.seed (random)
          measurement.interval (op): or intended, both    hdrhistogram.percentiles (50,95,99)
          status.interval (10 s)  maxexecutiontime (unlimited)  exporter (text)  exportfile (stdout)
        """;

    public static int Run(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || arguments.Any(a => a is "-h" or "-help" or "--help"))
        {
            Console.WriteLine(Usage);
            return arguments.Count == 0 ? 2 : 0;
        }
        if (arguments is ["--version" or "-version"])
        {
            Console.WriteLine($"pkv-ycsb {typeof(YcsbProgram).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}");
            return 0;
        }
        try
        {
            return Run(CommandLine.Parse(arguments));
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine($"pkv-ycsb: {e.Message}");
            return 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"pkv-ycsb: FAILED: {e.Message}");
            return 1;
        }
    }

    private static int Run(CommandLine line)
    {
        PropertySet properties = line.Properties;
        RunSettings settings = new(properties, line.IsLoad);
        CoreWorkload workload = new(properties, settings.Operations);
        IReadOnlyList<double> percentiles = RunFigures.Percentiles(properties.Text("hdrhistogram.percentiles", "50,95,99"));
        Func<IEnumerable<Figure>, string> export = FigureWriter.ByName(properties.Text("exporter", "TextMeasurementsExporter"));
        if (workload.ChecksData) Console.Error.WriteLine("Data integrity is enabled.");
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        Runner runner = new(settings, new RedisSettings(properties), workload)
        {
            TakesSamples = line.PlotPrefix != null,
            LatencyLogPath = line.LatencyLogPath,
        };
        RunResult result = runner.Run(View(properties), stop.Token);
        IReadOnlyList<Figure> figures = RunFigures.Of(result, percentiles, properties.Flag("measurement.histogram.verbose", false));
        if (properties.Find("exportfile") is { } path) File.WriteAllText(path, export(figures));
        else Console.Write(export(figures));
        if (line.JsonPath != null) File.WriteAllText(line.JsonPath, FigureWriter.Json(figures));
        if (line.PlotPrefix != null) RunPlots.Write(line.PlotPrefix, properties.Text("label", line.IsLoad ? "load" : "run"), result);
        return Verdict(result);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true; // what was done until now is reported
            stop.Cancel();
        }
    }

    private static int Verdict(RunResult result)
    {
        if (result.Failures == 0) return 0;
        string reason = result.Measured.FirstError is { } error ? $"; the first refusal: {error}" : "";
        Console.Error.WriteLine($"pkv-ycsb: {result.Failures} operations or checks failed{reason}");
        return 1;
    }

    private static IRunView View(PropertySet properties)
    {
        if (!properties.Flag("status", false)) return new NoView();
        string label = properties.Text("label", "");
        TimeSpan every = TimeSpan.FromSeconds(properties.Count("status.interval", 10, least: 1));
        // The table goes to stderr, as status lines do: stdout is the report's.
        bool isTerminal = !Console.IsErrorRedirected;
        return isTerminal
            ? new LiveView(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }), label)
            : new StatusLines(Console.Error, label, every);
    }
}
