namespace Pkv.Cli;

/// <summary>The command line is wrong. The message ends with the command that says how it is used.</summary>
internal sealed class UsageException(string what, string? verb = null)
    : CliException($"{what} (see pkv {(verb is null ? "help" : $"{verb} --help")})");
