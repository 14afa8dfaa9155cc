namespace Pkv.Engine.Rdb;

/// <summary>A RESTORE payload does not follow the format. Caught by the command, which replies with an error.</summary>
public sealed class RdbFormatException(string message) : Exception(message);
