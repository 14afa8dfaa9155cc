using Pkv.Bench.Client;
using Pkv.Bench.Servers;
using Pkv.Bench.Types;

namespace Pkv.Bench.Cli;

/// <summary>The command line of the comparing verbs.</summary>
internal static class BenchOptionsParser
{
    /// <exception cref="ArgumentException">An option is unknown or wrong; its message is one line for the user.</exception>
    public static BenchOptions Parse(string verb, IReadOnlyList<string> arguments)
    {
        OptionReader reader = new(arguments, "smoke", "no-warm");
        bool isTypes = verb == "types";
        BenchOptions options = isTypes ? TypesCommand.Defaults(new BenchOptions { Verbs = [] }) : new() { Verbs = VerbsOf(verb) };
        if (reader.Has("smoke")) options = options.AsSmoke();
        string? servers = reader.Text("servers");
        options = options with
        {
            Shapes = isTypes && reader.Text("shapes") is { } shapes ? shapes.Split(',') : options.Shapes,
            Sizes = isTypes ? options.Sizes : reader.Numbers("sizes", options.Sizes),
            Pipelines = reader.Numbers("pipelines", options.Pipelines),
            Servers = servers?.Split(',') ?? options.Servers,
            ServersNamed = servers != null,
            Rounds = reader.Number("rounds", options.Rounds),
            Connections = reader.Number("connections", options.Connections),
            Window = reader.Seconds("seconds", options.Window),
            WarmUp = reader.Seconds("warm-up", options.WarmUp),
            VolumeBytes = reader.Size("volume", options.VolumeBytes),
            KeysMax = reader.Number("keys", options.KeysMax),
            SetPercent = isTypes ? options.SetPercent : reader.Number("set-share", options.SetPercent),
            PkvPath = reader.Text("pkv"),
            PoolSize = reader.Text("pool-size") ?? options.PoolSize,
            LimitReceiveBytes = reader.Number("limit-receive", options.LimitReceiveBytes),
            WorkDirectory = reader.Text("work-dir") ?? options.WorkDirectory,
            WarmsMemory = options.WarmsMemory && !reader.Has("no-warm"),
        };
        options = options with
        {
            ClientSpins = Wait(reader.Text("client-wait"), options.ClientSpins),
            OutputPath = Output(reader.Text("out")),
        };
        reader.RejectRest();
        return Checked(options);
    }

    private static Verb[] VerbsOf(string verb) => verb switch
    {
        "set" => [Verb.Set],
        "get" => [Verb.Get],
        "mixed" => [Verb.Mixed],
        "all" => [Verb.Set, Verb.Get, Verb.Mixed],
        _ => throw new ArgumentException($"unknown verb '{verb}'"),
    };

    private static bool Wait(string? text, bool fallback) => text switch
    {
        null => fallback,
        "spin" => true,
        "block" => false,
        _ => throw new ArgumentException("--client-wait takes spin or block"),
    };

    /// <summary>The report's path, or null: a file is written only when it is asked for.</summary>
    public static string? Output(string? text) => text is null or "none" ? null : Path.GetFullPath(text);

    /// <summary>The same options, if they can be run.</summary>
    /// <exception cref="ArgumentException">One is out of its bounds.</exception>
    public static BenchOptions Checked(BenchOptions options)
    {
        if (options.Sizes.Any(s => s < Digits.Count || s > 512 << 20)) throw new ArgumentException($"--sizes: from {Digits.Count} bytes to 512 MiB");
        if (options.Pipelines.Any(p => p is < 1 or > 500)) throw new ArgumentException("--pipelines: from 1 to 500");
        if (options.Connections is < 0 or > 1000) throw new ArgumentException("--connections: from 1 to 1000");
        if (options.Rounds < 1) throw new ArgumentException("--rounds: at least 1");
        if (options.Turns < 1) throw new ArgumentException("--turns: at least 1");
        if (options.SetPercent is < 0 or > 100) throw new ArgumentException("--set-share: from 0 to 100");
        if (options.KeysMax is < 1 or > 99_999_999) throw new ArgumentException("--keys: from 1 to 99999999");
        _ = TypedShapes.ByName(options.Shapes);
        if (options.Shapes.Count > 0 && options.KeysMax < Math.Max(1000, options.Connections)) throw new ArgumentException("--keys: at least 1000, and one for each connection");
        return options;
    }
}
