namespace Pkv.Server.Configuration;

/// <summary>A configuration that cannot be used; the message says where it stands and what is wrong. Only at the start.</summary>
internal sealed class ConfigException(string message) : Exception(message);
