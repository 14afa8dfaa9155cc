namespace Pkv.Persistence.Media;

/// <summary>A medium or a pool cannot be used. The message is one line for the operator: what, where, and what to do.</summary>
/// <param name="message">The line.</param>
/// <param name="errno">The system call's error where it matters to the caller; else 0.</param>
public sealed class MediumException(string message, int errno = 0) : Exception(message)
{
    /// <summary>See the constructor.</summary>
    public int Errno { get; } = errno;
}
