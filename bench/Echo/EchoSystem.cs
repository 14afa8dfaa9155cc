namespace Pkv.Bench.Echo;

/// <summary>A way to run the echo server.</summary>
/// <param name="Name">On the command line and in tables.</param>
/// <param name="Title">In legends.</param>
/// <param name="IsPreloaded">Under libzio.</param>
/// <param name="IsBound">The server makes no copies at all and uses warm buffers first.</param>
internal sealed record EchoSystem(string Name, string Title, bool IsPreloaded = false, bool IsBound = false)
{
    /// <summary>The program as it is: what the others are compared with.</summary>
    public const string Linux = "linux";

    /// <summary>libzio with its receive-side vault.</summary>
    public const string Vault = "zio-vault";

    /// <summary>What no library can beat.</summary>
    public const string Bound = "bound";

    /// <summary>All of them, in the order of the tables.</summary>
    public static IReadOnlyList<EchoSystem> All { get; } =
    [
        new(Linux, "Linux"), new(Vault, "libzio, vault", IsPreloaded: true), new(Bound, "zero-copy bound", IsBound: true),
    ];

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static EchoSystem ByName(string name) => All.FirstOrDefault(s => s.Name == name)
        ?? throw new ArgumentException($"unknown system '{name}'; known are {string.Join(", ", All.Select(s => s.Name))}");

    /// <summary>The bound does the same whatever the number of copies: it is measured once.</summary>
    public EchoCell Reduced(EchoCell cell) => IsBound ? cell with { Copies = 0 } : cell;
}
