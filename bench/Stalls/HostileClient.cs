namespace Pkv.Bench.Stalls;

/// <summary>One client that asks much of a server at once.</summary>
/// <param name="Title">What it does, with its size.</param>
/// <param name="Act">Does it; returns when the last reply is there, or the connection is closed.</param>
internal sealed record HostileClient(string Title, Action<BulkConnection> Act)
{
    /// <summary>One that sends one command of very many words: it is made before anything is measured, since making it holds up the probes.</summary>
    public HostileClient(string title, Func<IReadOnlyList<string>> words, int replies = 1)
        : this(title, static _ => { })
    {
        byte[] command = [];
        Prepare = _ => command = BulkConnection.Encode(words());
        Act = connection => connection.Call(command, replies);
    }

    /// <summary>Prepares what is not to be measured, on the same connection.</summary>
    public Action<BulkConnection>? Prepare { get; init; }

    /// <summary>What of it Pkv does in one go, and why; empty: nothing that grows with its size.</summary>
    public string Uncut { get; init; } = "";

    /// <summary>It closes with much to let go of: measured until the server has.</summary>
    public bool Closes { get; init; }
}
