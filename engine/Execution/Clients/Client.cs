namespace Pkv.Engine.Execution.Clients;

/// <summary>
/// On whose behalf a command runs, as far as commands on data need to know. Written by the thread that runs its commands.
/// </summary>
public abstract class Client
{
    /// <summary>The database selected.</summary>
    public int Database { get; set; }

    /// <summary>Protocol version: 2 or 3.</summary>
    public int RespVersion { get; set; } = 2;

    /// <summary>The open MULTI, or null.</summary>
    public Transaction? Transaction { get; set; }

    /// <summary>Keys under WATCH, or null.</summary>
    public WatchSet? Watched { get; set; }

    public bool InTransaction => Transaction is not null;
}
