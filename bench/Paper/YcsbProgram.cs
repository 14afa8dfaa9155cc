using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Pkv.Bench.Client;
using Pkv.Bench.Native;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Paper;

/// <summary>Runs pkv-ycsb as its user would, on the client's core, and reads what it reports.</summary>
internal sealed class YcsbProgram
{
    /// <summary>Fields of a record, YCSB's default.</summary>
    public const int Fields = 10;

    private const int Connections = 8;
    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(3);

    private readonly string _path;
    private readonly string _workload;

    /// <param name="path">The program; null for the Release build of this repository.</param>
    /// <exception cref="InvalidOperationException">It is not there.</exception>
    public YcsbProgram(string? path)
    {
        string folder = Path.Combine(RepositoryFolder.Find() ?? ".", "ycsb", "bin", "Release", "net10.0");
        _path = path ?? Path.Combine(folder, "pkv-ycsb");
        _workload = Path.Combine(Path.GetDirectoryName(_path)!, "workloads", "workloada");
        if (!File.Exists(_path) || !File.Exists(_workload)) throw new InvalidOperationException("pkv-ycsb is not built");
    }

    /// <summary>Bytes of a field, so that a record has about this size: 100 for 1 KiB, as in YCSB.</summary>
    public static int FieldBytes(int recordBytes) => recordBytes == 1 << 10 ? 100 : recordBytes / Fields;

    /// <summary>Loads the records.</summary>
    /// <exception cref="BadReplyException">The runner failed.</exception>
    public void Load(int port, int recordBytes, int records) =>
        Run("load", port, recordBytes, records, "-p", "redis.pipeline=8");

    /// <summary>Runs workload A.</summary>
    /// <param name="port">Of the server, on 127.0.0.1.</param>
    /// <param name="recordBytes">Size of a record.</param>
    /// <param name="records">How many were loaded.</param>
    /// <param name="pipeline">Operations on the wire of a connection.</param>
    /// <param name="end">What ends it: "maxexecutiontime=2" or "operationcount=1000".</param>
    /// <exception cref="BadReplyException">The runner failed, or an operation did.</exception>
    public LoadResult RunA(int port, int recordBytes, int records, int pipeline, string end)
    {
        string json = Run("run", port, recordBytes, records, "-p", $"redis.pipeline={pipeline}", "-p", "operationcount=0", "-p", end,
            "-p", "client.wait=spin", "-p", "hdrhistogram.percentiles=50,99,99.9");
        Dictionary<string, double> figures = [];
        using JsonDocument document = JsonDocument.Parse(json);
        foreach (JsonElement row in document.RootElement.EnumerateArray())
            figures[$"{row.GetProperty("metric").GetString()} {row.GetProperty("measurement").GetString()}"] = row.GetProperty("value").GetDouble();
        long Ns(string name) => (long)(figures[name] * 1000);
        long operations = (long)(figures["READ Operations"] + figures["UPDATE Operations"]);
        return new LoadResult(operations, Ns("OVERALL RunTime(ms)") * 1000, Ns("READ 50thPercentileLatency(us)"),
            Ns("READ 99thPercentileLatency(us)"), Ns("READ 99.9PercentileLatency(us)")) { MaxNs = Ns("READ MaxLatency(us)") };
    }

    // Inherits the calling thread's core.
    private string Run(string phase, int port, int recordBytes, int records, params string[] more)
    {
        ProcessStartInfo info = new(_path) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments =
        [
            phase, "redis", "-P", _workload, "-threads", Connections.ToString(CultureInfo.InvariantCulture),
            "-p", "exporter=JSONArrayMeasurementsExporter", "-p", "redis.host=127.0.0.1", "-p", $"redis.port={port}", "-p", "client.seed=1",
            "-p", $"recordcount={records}", "-p", $"fieldcount={Fields}", "-p", $"fieldlength={FieldBytes(recordBytes)}", .. more,
        ];
        foreach (string argument in arguments) info.ArgumentList.Add(argument);
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(RunTimeout))
        {
            _ = Libc.Kill(process.Id, Libc.SignalKill);
            throw new BadReplyException("pkv-ycsb did not end");
        }
        string text = output.GetAwaiter().GetResult();
        return process.ExitCode == 0 ? text : throw new BadReplyException($"pkv-ycsb ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }
}
