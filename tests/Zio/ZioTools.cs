using Pkv.Tests.House;
using Pkv.Tests.Support;
using Xunit.Sdk;

namespace Pkv.Tests.Zio;

/// <summary>
/// libzio and the C programs that torture it, compiled once for a class of tests into a folder that is deleted after them.
/// </summary>
public sealed class ZioTools : IDisposable
{
    /// <summary>Ways to be wrong that tests/Zio/broken/broken.c knows.</summary>
    public const int Defects = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-zio-").FullName;

    /// <summary>The library, as zio/build.sh leaves it.</summary>
    public static string Library { get; } = Path.Combine(Repository.Root, "zio", "out", "libzio.so");

    /// <summary>Why nothing can be tested here, or null. Under CI=true this must be null, or the tests fail.</summary>
    public static string? Obstacle =>
        ProgramPath.Find("gcc") is null ? "gcc is not on the PATH; install it to test libzio"
        : !File.Exists(Library) ? "libzio is not built; zio/build.sh builds it, to test it"
        : null;

    /// <summary>An allocator that is not libc's, or null where it is not installed.</summary>
    public static string? Jemalloc { get; } = Directory.Exists("/usr/lib")
        ? Directory.EnumerateFiles("/usr/lib", "libjemalloc.so.2", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1, IgnoreInaccessible = true }).FirstOrDefault()
        : null;

    /// <summary>What tests/Zio/torture is compiled to.</summary>
    public string Torture => Compile("torture", ["-pthread", .. Directory.GetFiles(Source("torture"), "*.c")]);

    /// <summary>Threads at the beginning and at the end of their lives.</summary>
    public string Threads => Compile("threads", "-Wall", "-pthread", Source("threads.c"));

    /// <summary>Runs a program where there is no userfaultfd.</summary>
    public string Refuse => Compile("refuse", "-Wall", Source("refuse.c"));

    /// <summary>Receives more than the vault may hold, and keeps it.</summary>
    public string Hoard => Compile("hoard", "-Wall", Source("hoard.c"));

    /// <summary>Receives in one thread, then in two, and tells where libzio's own thread may run.</summary>
    public string Follow => Compile("follow", "-Wall", "-pthread", Source("follow.c"));

    /// <summary>Receives into thousands of places, and makes thousands of mappings.</summary>
    public string Scatter => Compile("scatter", "-Wall", Source("scatter.c"));

    /// <summary>Has io_uring send and receive what it copies meanwhile.</summary>
    public string Rings => Compile("rings", "-Wall", Source("rings.c"));

    /// <summary>The echo server of the benchmark.</summary>
    public string Echo => Compile("echo", "-Wall", Path.Combine(Repository.Root, "zio", "echo", "echo.c"));

    /// <summary>A library with one of the <see cref="Defects"/>, from 1.</summary>
    public string Broken(int defect) => Compile($"broken{defect}.so", "-shared", "-fPIC", "-fno-builtin", $"-DDEFECT={defect}", Source("broken/broken.c"));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Source(string name) => Path.Combine(Repository.Root, "tests", "Zio", name);

    private string Compile(string name, params string[] arguments)
    {
        string program = Path.Combine(_folder, name);
        if (File.Exists(program))
            return program;
        if (Obstacle is { } obstacle)
            throw new XunitException(obstacle);
        ZioRun run = ZioRun.Of("gcc", ["-O2", "-Wextra", "-Werror", "-o", program, .. arguments], []);
        return run.ExitCode == 0 ? program : throw new XunitException($"{name} does not compile\n{run.Errors}");
    }
}
