namespace Pkv.Cli;

/// <summary>The work cannot be done. The message is one line for the user; the exit code is <see cref="ExitCode.Failed"/>.</summary>
internal class CliException(string message) : Exception(message);
