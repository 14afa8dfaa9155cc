using Pkv.Engine.Execution.Clients;

namespace Pkv.Engine.Execution;

/// <summary>
/// What a thread's part of the engine asks of whatever drives it: an event loop, or a tool that has no clients. Owner thread only, but for
/// <see cref="PostWork"/>. None of it is called for each command.
/// </summary>
public abstract class ThreadHost
{
    /// <summary>The running command takes long: others are served once, if that is possible now.</summary>
    public abstract void ServeOthers();

    /// <summary>Something that cannot be put off wants a stripe that another thread keeps: others are served until that is done with it.</summary>
    public abstract void AwaitStripe();

    /// <summary>Others are being served in the middle of a command.</summary>
    public abstract bool IsInside { get; }

    /// <summary>Whether others can be served once more in the middle of what runs now.</summary>
    public abstract bool CanServeOthers { get; }

    /// <summary>The thread is asked to end.</summary>
    public abstract bool IsStopping { get; }

    /// <summary>Commits what the turn has written so far, and sends what it has answered.</summary>
    public abstract void FlushTurn();

    /// <summary>Runs an action on this thread, soon. Any thread.</summary>
    public abstract void PostWork(Action<EngineThread> action);

    /// <summary>Whether any thread has been asked, by <see cref="AskForClaims"/>, and has not yet given its room up. Any thread.</summary>
    public abstract bool AwaitsClaims { get; }

    /// <summary>Writes are about to be refused: asks all threads for the room that commands hold which are still being received.</summary>
    public abstract void AskForClaims();

    /// <summary>Gives such room up, if this thread is asked to.</summary>
    public abstract void YieldClaims();

    /// <summary>A client does not watch these keys any more: they are taken out of the table, at once or by and by.</summary>
    public abstract void Unwatch(WatchSet set);
}
