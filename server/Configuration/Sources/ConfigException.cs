namespace Pkv.Server.Configuration;

/// <summary>The configuration cannot be used; the message says where the problem is and what is wrong. Only at startup.</summary>
internal sealed class ConfigException(string message) : Exception(message);
