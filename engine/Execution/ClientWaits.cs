using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Execution;

/// <summary>For handlers of commands that may wait for a key, or for time. One for each thread; owner thread only.</summary>
public abstract class ClientWaits
{
    /// <summary>Where no client can wait: what is not there is answered at once, as inside EXEC.</summary>
    public static ClientWaits Never { get; } = new Nobody();

    /// <summary>
    /// Whether the key at this argument is to be looked at. A command that waited is run again for the one key that is ready, whatever
    /// its other keys hold by now.
    /// </summary>
    public abstract bool Considers(CommandContext context, int keyArg);

    /// <summary>
    /// For handlers that find nothing at any of their keys: the client waits, answer nothing. False: nobody waits here (inside EXEC),
    /// answer that nothing is there.
    /// </summary>
    /// <param name="context">The running command, under the locks of its keys.</param>
    /// <param name="kind">What a key must come to hold.</param>
    /// <param name="firstKey">The argument that is the first key.</param>
    /// <param name="keyCount">How many arguments are keys; 0: only time can end it.</param>
    /// <param name="untilMs">As <see cref="Commands.BlockingTimeout"/> reads it.</param>
    public abstract bool Wait(CommandContext context, ValueKind kind, int firstKey, int keyCount, long untilMs);

    private sealed class Nobody : ClientWaits
    {
        public override bool Considers(CommandContext context, int keyArg) => true;

        public override bool Wait(CommandContext context, ValueKind kind, int firstKey, int keyCount, long untilMs) => false;
    }
}
