namespace Pkv.Server.Configuration;

/// <summary>How much unsent reply one client may have before it is disconnected. Immutable.</summary>
/// <param name="HardBytes">Disconnect at once beyond this; 0 means no limit.</param>
/// <param name="SoftBytes">Disconnect when beyond this for <paramref name="SoftSeconds"/>; 0 means no limit.</param>
/// <param name="SoftSeconds">How long the soft limit may be exceeded without a break.</param>
public sealed record OutputBufferLimit(long HardBytes, long SoftBytes, int SoftSeconds);
