namespace Pkv.Server.Rdb;

/// <summary>A payload of RESTORE does not follow the format. Caught where the command is answered.</summary>
public sealed class RdbFormatException(string message) : Exception(message);
