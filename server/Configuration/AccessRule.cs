namespace Pkv.Server.Configuration;

/// <summary>
/// Evaluates <c>enable-debug-command</c>, <c>enable-module-command</c> and <c>enable-protected-configs</c> for a client.
/// </summary>
public static class AccessRule
{
    /// <summary>Whether a client is permitted; <paramref name="isLocal"/>: it connects over a loopback address or the Unix socket.</summary>
    public static bool Allows(ClientAccess access, bool isLocal) => access == ClientAccess.Yes || (access == ClientAccess.Local && isLocal);

    /// <summary>The error reply to a client that may not use DEBUG (or else MODULE, of which some subcommands are restricted); null: it may.</summary>
    public static string? RefusalOf(bool isDebug, PkvOptions options, bool isLocal) =>
        Allows(isDebug ? options.EnableDebugCommand : options.EnableModuleCommand, isLocal) ? null : Refusal(isDebug ? "DEBUG" : "MODULE");

    /// <summary>Redis's error reply, without its <c>-</c>, for a command that the client may not use.</summary>
    public static string Refusal(string command)
        => $"ERR {command} command not allowed. If the enable-{command.ToLowerInvariant()}-command option is set to \"local\", you can run it from a "
            + "local connection, otherwise you need to set this option in the configuration file, and then restart the server.";
}
