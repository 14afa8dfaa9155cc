namespace Pkv.Cli;

/// <summary>What pkv's exit codes mean, for every verb.</summary>
internal static class ExitCode
{
    /// <summary>Done, and nothing is amiss.</summary>
    public const int Sound = 0;

    /// <summary>Done, but something is amiss: damage was found, or something was left out.</summary>
    public const int Damaged = 1;

    /// <summary>Not done: usage error, a file that cannot be opened or read, a full device.</summary>
    public const int Failed = 2;
}
