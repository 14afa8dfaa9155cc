
namespace Pkv.Engine.Execution;

/// <summary>What an I/O thread is doing for a client, as far as it matters when that fails: see <see cref="Containment"/>.</summary>
public enum TurnPhase : byte
{
    /// <summary>State that others see may be half changed.</summary>
    Changing,

    /// <summary>Bytes are received, kept, and parsed; all commands before are through.</summary>
    Receiving,

    /// <summary>A command runs that changes nothing.</summary>
    Reading,
}
