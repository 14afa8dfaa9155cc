using Pkv.Engine.Execution.Scripting;

namespace Pkv.Engine.Execution;

/// <summary>
/// CLIENT PAUSE: which commands wait, and until when. Read before each command: one volatile read while nothing is paused.
/// </summary>
public sealed class PauseState
{
    private long _untilMs;
    private volatile bool _writesOnly;

    /// <summary>Unix ms until which clients wait; 0: they do not.</summary>
    public long UntilMs => Volatile.Read(ref _untilMs);

    /// <summary>Starts or changes a pause. As in Redis a pause under way is never shortened nor weakened by a new one.</summary>
    public void Start(long nowMs, long untilMs, bool writesOnly)
    {
        bool active = UntilMs > nowMs;
        _writesOnly = writesOnly && (!active || _writesOnly);
        Volatile.Write(ref _untilMs, active ? Math.Max(UntilMs, untilMs) : untilMs);
    }

    public void End() => Volatile.Write(ref _untilMs, 0);

    /// <summary>Whether this command waits now.</summary>
    public bool Holds(CommandBinding binding, CommandContext context)
    {
        long until = Volatile.Read(ref _untilMs);
        if (until == 0 || until <= context.NowMs)
            return false;
        // CLIENT itself must work, or nobody could end the pause.
        if (binding.Spec.Parent?.Name == "client" || binding.Spec.Name == "client")
            return false;
        bool executesWrites = binding.Spec.Name == "exec" && context.Client.Transaction is { Writes: true };
        return !_writesOnly || executesWrites || ScriptCalls.MayWrite(context, binding);
    }
}
