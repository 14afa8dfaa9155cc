namespace Pkv.Bench.Echo;

/// <summary>A way to run the echo server.</summary>
/// <param name="Name">On the command line and in tables.</param>
/// <param name="Title">In legends.</param>
/// <param name="Engine">libzio's engine, as ZIO_ENGINE names it; null: not under libzio.</param>
/// <param name="IsBound">The server makes no copies at all and uses warm buffers first.</param>
internal sealed record EchoSystem(string Name, string Title, string? Engine = null, bool IsBound = false)
{
    /// <summary>The program as it is: what the others are compared with.</summary>
    public const string Linux = "linux";

    /// <summary>libzio with its receive-side vault.</summary>
    public const string Vault = "zio-vault";

    /// <summary>libzio with originals protected, as the zIO paper has it.</summary>
    public const string Published = "zio-published";

    /// <summary>What no library can beat.</summary>
    public const string Bound = "bound";

    /// <summary>All of them, in the order of the tables.</summary>
    public static IReadOnlyList<EchoSystem> All { get; } =
    [
        new(Linux, "Linux"), new(Vault, "libzio, vault", "vault"), new(Published, "libzio, published", "published"),
        new(Bound, "zero-copy bound", IsBound: true),
    ];

    public bool IsPreloaded => Engine != null;

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EchoSystem ByName(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"unknown system '{name}'; known are {string.Join(", ", All.Select(s => s.Name))}");

    /// <summary>The bound does the same whatever the number of copies: it is measured once.</summary>
    public EchoCell Reduced(EchoCell cell) => IsBound ? cell with { Copies = 0 } : cell;
}
