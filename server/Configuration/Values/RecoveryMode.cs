namespace Pkv.Server.Configuration;

/// <summary>What to do when a pool is damaged before its tail (a torn tail is normal in both modes).</summary>
public enum RecoveryMode
{
    /// <summary>Report place and extent, and refuse to start.</summary>
    Strict,

    /// <summary>Report place and extent, and continue with all that is valid.</summary>
    Salvage,
}
