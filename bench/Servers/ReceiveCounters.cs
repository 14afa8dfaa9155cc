namespace Pkv.Bench.Servers;

/// <summary>Pkv's own account of optimistic receiver persistence, in bytes since it was started (INFO).</summary>
/// <param name="Received">orp_bytes_received: taken from sockets into the pool.</param>
/// <param name="Moved">orp_bytes_moved: copied by the server's own code afterwards.</param>
/// <param name="Rewound">orp_bytes_rewound: received, found not worth keeping, and overwritten.</param>
internal sealed record ReceiveCounters(double Received, double Moved, double Rewound)
{
    /// <summary>Reads the counters out of INFO's text; null if any is missing.</summary>
    public static ReceiveCounters? Parse(string info)
    {
        double? received = InfoText.Find(info, "orp_bytes_received");
        double? moved = InfoText.Find(info, "orp_bytes_moved");
        double? rewound = InfoText.Find(info, "orp_bytes_rewound");
        return received == null || moved == null || rewound == null ? null : new ReceiveCounters(received.Value, moved.Value, rewound.Value);
    }

    /// <summary>What was counted since <paramref name="before"/>, per operation.</summary>
    public ReceiveCounters PerOperation(ReceiveCounters before, long operations) => new(
        (Received - before.Received) / operations, (Moved - before.Moved) / operations, (Rewound - before.Rewound) / operations);
}
