namespace Pkv.Persistence.Media;

/// <summary>A medium or a pool cannot be used. The message is one line for the operator: what, where, and what to do.</summary>
public sealed class MediumException(string message) : Exception(message);
