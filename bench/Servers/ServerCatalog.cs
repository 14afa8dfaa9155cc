using System.Diagnostics;
using System.Globalization;

namespace Pkv.Bench.Servers;

/// <summary>All servers that the benchmark knows. The one place where their arguments stand.</summary>
internal sealed class ServerCatalog
{
    /// <summary>
    /// Bytes per recv of the limit server. Measured with <c>--limit-receive</c>; see docs/benchmarks.md: smaller ones pay
    /// for calls, larger ones leave the core's cache.
    /// </summary>
    public const int LimitReceiveBytesDefault = 256 * 1024;

    /// <summary>Memory that the walking limit server receives into in turn: far larger than any cache here.</summary>
    public const long LimitLogAreaBytes = 1L << 30;

    /// <summary>Redis with its AOF, under libzio.</summary>
    public const string RedisUnderZioName = "redis-aof-zio";

    private readonly string? _pkvPath;
    private readonly int _limitReceiveBytes;

    /// <param name="pkvPath">Pkv's program or dll; null for the Release build of this repository.</param>
    /// <param name="limitReceiveBytes">Receive size of the limit servers.</param>
    public ServerCatalog(string? pkvPath, int limitReceiveBytes)
    {
        _pkvPath = pkvPath;
        _limitReceiveBytes = limitReceiveBytes;
        All = [RedisWithLog(), RedisUnderZio(), RedisInMemory(), Garnet(), Pkv("pkv", "Pkv, dram", "no"), Pkv("pkv-flush", "Pkv, dram paying CLWB", "yes"), Limit(), LimitLog()];
    }

    public IReadOnlyList<ServerSpec> All { get; }

    public ServerSpec ByName(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"unknown server '{name}'; known are {string.Join(", ", All.Select(s => s.Name))}");

    /// <summary>Those of these names that are installed here; who is not is named in a note.</summary>
    /// <param name="names">Names as on the command line.</param>
    /// <param name="required">True if none may be missing; Pkv never may.</param>
    /// <param name="note">Takes the notes.</param>
    /// <exception cref="InvalidOperationException">One is missing that must not be.</exception>
    public IReadOnlyList<ServerSpec> Installed(IReadOnlyList<string> names, bool required, Action<string> note)
    {
        List<ServerSpec> installed = [];
        foreach (ServerSpec spec in names.Select(ByName))
        {
            if (spec.Command != null) installed.Add(spec);
            else if (required || spec.Name == "pkv") throw new InvalidOperationException($"{spec.Name} is not installed or not built");
            else note($"{spec.Name}: not installed, left out");
        }
        return installed;
    }

    private static ServerSpec RedisWithLog() => new("redis-aof", "Redis, AOF always", Find("redis-server"),
        s => [.. RedisCommon(s), "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"],
        "--appendonly yes --appendfsync always --auto-aof-rewrite-percentage 0 --save \"\" (directory on tmpfs)", RedisVersion);

    /// <summary>Why <see cref="RedisUnderZio"/> may be missing where Redis is not.</summary>
    public const string ZioMissing = "libzio is not built (zio/build.sh)";

    /// <summary>The library that is preloaded, or null where it has not been built.</summary>
    public static string? ZioLibrary => ZioPreload.DefaultPath is { } path && File.Exists(path) ? path : null;

    // The same program with the same options; only the library is between it and the C library.
    private static ServerSpec RedisUnderZio()
    {
        ServerSpec plain = RedisWithLog();
        return plain with
        {
            Name = RedisUnderZioName,
            Title = "Redis, AOF always, libzio",
            Command = ZioLibrary != null ? plain.Command : null,
            FlagsInReport = $"LD_PRELOAD=libzio.so redis-server {plain.FlagsInReport}",
            Environment = ZioPreload.Variables(ZioPreload.DefaultPath ?? "libzio.so", "on", tells: false),
        };
    }

    private static ServerSpec RedisInMemory() => new("redis", "Redis, no AOF", Find("redis-server"),
        s => [.. RedisCommon(s), "--appendonly", "no"], "--appendonly no --save \"\"", RedisVersion);

    /// <summary>Redis with its AOF on whatever disk its directory is on.</summary>
    /// <param name="policy">appendfsync: always, everysec or no.</param>
    public static ServerSpec RedisOnDisk(string policy) => new($"redis-{policy}", $"Redis, AOF {policy}", Find("redis-server"),
        s => [.. RedisCommon(s), "--appendonly", "yes", "--appendfsync", policy, "--auto-aof-rewrite-percentage", "0"],
        $"--appendonly yes --appendfsync {policy} --auto-aof-rewrite-percentage 0 --save \"\"", RedisVersion);

    /// <summary>Pkv with its pool on whatever disk its directory is on.</summary>
    /// <param name="policy">appendfsync: always, everysec or no.</param>
    /// <param name="isReady">The whole pool is backed and faulted in at the start, as it is once segments are used again.</param>
    public ServerSpec PkvOnDisk(string policy, bool isReady = false) => new(
        $"pkv-{policy}{(isReady ? ReadySuffix : "")}", $"Pkv, file {policy}{(isReady ? ", pool ready" : "")}", FindPkv(),
        s => ["--port", Text(s.Port), "--bind", "127.0.0.1", "--medium", "file", "--appendfsync", policy, "--pool", Path.Combine(s.Directory, "bench.pool"),
            "--pool-size", s.PoolSize, "--io-threads", "1", "--prefault", isReady ? "yes" : "no"],
        $"--medium file --appendfsync {policy} --io-threads 1 --prefault {(isReady ? "yes (a pool in use)" : "no (the pool grows during the measurement)")}", () => "this commit")
    { HasReceiveCounters = true };

    /// <summary>Ends the names of servers whose pool is ready before they are measured.</summary>
    public const string ReadySuffix = "-ready";

    private static string[] RedisCommon(ServerStart s) =>
        ["--port", Text(s.Port), "--bind", "127.0.0.1", "--dir", s.Directory, "--save", "", "--daemonize", "no"];

    private static ServerSpec Garnet() => new("garnet", "Garnet, AOF wait", Find("garnet-server"),
        s => ["--port", Text(s.Port), "--bind", "127.0.0.1", "--aof", "--aof-commit-wait", "--aof-commit-freq", "0",
            "--device-type", "RandomAccess", "--minthreads", "32", "--memory", "4g", "--checkpointdir", s.Directory],
        "--aof --aof-commit-wait --aof-commit-freq 0 --device-type RandomAccess --minthreads 32 --memory 4g (directory on tmpfs)",
        () => FirstLine("garnet-server", "--version"))
    { MustKnowTypes = false };

    // What dram promises, a killed process's data, needs no cache write-back; the second form pays for them all the same,
    // as a server on real persistent memory would.
    private ServerSpec Pkv(string name, string title, string flush) => new(name, title, FindPkv(),
        s => ["--port", Text(s.Port), "--bind", "127.0.0.1", "--medium", "dram", "--pool", Path.Combine(s.Directory, "bench.pool"),
            "--pool-size", s.PoolSize, "--io-threads", "1", "--prefault", "yes", "--dram-flush", flush],
        $"--medium dram --io-threads 1 --prefault yes --dram-flush {flush} (pool on tmpfs)", () => "this commit") { HasReceiveCounters = true };

    private ServerSpec Limit() => LimitSpec("limit", "limit", _limitReceiveBytes,
        $"receives {_limitReceiveBytes / 1024} KiB at a time, always into the same prefaulted memory");

    private ServerSpec LimitLog() => LimitSpec("limit-log", "limit, walking 1 GiB", LimitLogAreaBytes,
        $"receives {_limitReceiveBytes / 1024} KiB at a time, walking through 1 GiB of prefaulted memory");

    private ServerSpec LimitSpec(string name, string title, long areaBytes, string flags) => new(name, title, SelfCommand(),
        s => ["limit-server", "--port", Text(s.Port), "--value-size", Text(s.ValueBytes),
            "--receive-bytes", Text(_limitReceiveBytes), "--area-bytes", areaBytes.ToString(CultureInfo.InvariantCulture), "--fields", Text(s.Fields)],
        flags, () => "this commit") { StoresValues = false };

    private static string[] SelfCommand() => ManagedCommand(typeof(ServerCatalog).Assembly.Location);

    private string[]? FindPkv()
    {
        string? path = _pkvPath;
        if (path == null && RepositoryFolder.Find() is string root)
            path = Path.Combine(root, "server", "bin", "Release", "net10.0", "pkv-server.dll");
        return path == null || !File.Exists(path) ? null : ManagedCommand(path);
    }

    // A program built beside its dll is preferred: it does not depend on where the dotnet host is.
    private static string[] ManagedCommand(string path)
    {
        if (!path.EndsWith(".dll", StringComparison.Ordinal)) return [path];
        string program = path[..^4];
        return File.Exists(program) ? [program] : ["dotnet", path];
    }

    private static string[]? Find(string program)
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Append(Path.Combine(home, ".dotnet", "tools"));
        string? found = folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists);
        return found == null ? null : [found];
    }

    private static string RedisVersion()
    {
        string line = FirstLine("redis-server", "--version");
        return line.Split(' ').FirstOrDefault(w => w.StartsWith("v=", StringComparison.Ordinal))?[2..] ?? line;
    }

    private static string FirstLine(string program, string argument)
    {
        if (Find(program) is not { } command) return "not installed";
        using Process process = Process.Start(new ProcessStartInfo(command[0], argument) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n')[0].Trim();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
