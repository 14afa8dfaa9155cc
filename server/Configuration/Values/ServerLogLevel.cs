namespace Pkv.Server.Configuration;

/// <summary>Redis's four log levels, from the most to the least verbose.</summary>
public enum ServerLogLevel
{
    /// <summary>Everything, for development.</summary>
    Debug,

    /// <summary>Rarely useful detail.</summary>
    Verbose,

    /// <summary>What an operator wants to see.</summary>
    Notice,

    /// <summary>Only what is critical.</summary>
    Warning,
}
