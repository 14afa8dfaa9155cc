using Pkv.Persistence.Segments;

namespace Pkv.Engine.Execution;

/// <summary>
/// Whether the running command has the room that it is going to need, and what becomes of it if not: it runs again once the cleaner has
/// made room, or is refused. Nothing of it has been done then. One for each I/O thread.
/// </summary>
public sealed class CommandRoom(CommandContext context)
{
    /// <summary>The running command is a client's own, in its pipeline: it can be held and run again.</summary>
    internal bool MayRunAgain { get; set; }

    /// <summary>The command that ran last has found no room and done nothing: it is to be run again.</summary>
    internal bool IsShort { get; set; }

    /// <summary>What is to be put aside while other commands run.</summary>
    internal (bool MayRunAgain, bool IsShort) State
    {
        get => (MayRunAgain, IsShort);
        set => (MayRunAgain, IsShort) = value;
    }

    /// <summary>
    /// Makes sure that everything that <see cref="Recorder.Plan"/> tells of can be logged, before the first of it is. False: there is no
    /// room for all of it; the client has been told, or the command is to be run again.
    /// </summary>
    public bool TryPrepare()
    {
        if (context.Recorder.TryPrepare())
            return true;
        if (!TryHoldPlanned())
            Tell();
        return false;
    }

    /// <summary>A record finds no room: the command runs again later, if the cleaner can make some; else its client gets the error.</summary>
    public void Refuse()
    {
        if (!TryHold())
            Tell();
    }

    /// <summary>What is planned finds no room: has the command run again later, if the cleaner can make some. False: it is to be refused.</summary>
    public bool TryHoldPlanned()
    {
        RecordPlan plan = context.Recorder.Plan;
        return (plan.Purpose != AppendPurpose.Write || plan.Slots.Bytes <= context.Engine.Space.Headroom) && TryHold();
    }

    private bool TryHold()
    {
        IsShort = IsShort || (MayRunAgain && (!context.InExec || context.Script is { HasActed: false }) && !context.Recorder.Wrote && context.Engine.Cleaning.MayMakeRoom(context.Recorder.RefusedSlots));
        return IsShort;
    }

    private void Tell() => context.Reply.Error(context.Engine.RoomRefusal);
}
