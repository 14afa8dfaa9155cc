namespace Pkv.Server.Configuration;

/// <summary>One <c>rename-command</c> directive. Immutable.</summary>
/// <param name="Command">The command's own name, as written.</param>
/// <param name="NewName">The name clients must use; empty: the command is disabled.</param>
public sealed record CommandRename(string Command, string NewName);
