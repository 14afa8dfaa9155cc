using Pkv.Engine.Records;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;

namespace Pkv.Engine.Execution;

/// <summary>The segments that an I/O thread has open, where others need them sealed or attested. Owner thread only, between turns.</summary>
public sealed class OpenSegments(EngineThread thread)
{
    /// <summary>Seals the segments that are half full, when all in them is dead. Owner thread, by <see cref="ThreadHost.PostWork"/>.</summary>
    public void SealFilled()
    {
        if (IsPutOff(static t => t.Open.SealFilled()))
            return;
        thread.Received.SealFilled();
        ForEachSink(static effects => effects.SealFilled());
        thread.Survivors.Close();
    }

    /// <summary>Seals what is open up to this generation. Owner thread, by <see cref="ThreadHost.PostWork"/>.</summary>
    public void SealUpTo(ulong generation)
    {
        if (!IsPutOff(t => t.Open.SealUpTo(generation)))
            SealWhereSlotsAreLeft(log => log.SealUpTo(generation));
    }

    /// <summary>Has what is open attest pieces of transactions. Owner thread, by <see cref="ThreadHost.PostWork"/>.</summary>
    public void AttestOpen()
    {
        if (IsPutOff(static t => t.Open.AttestOpen()))
            return;
        thread.Received.AttestOpen();
        ForEachSink(static effects => effects.AttestOpen());
        thread.Survivors.AttestOpen();
    }

    /// <summary>Seals this segment if it is open here. Owner thread, by <see cref="ThreadHost.PostWork"/>.</summary>
    public void SealOpen(Segment segment)
    {
        if (!IsPutOff(t => t.Open.SealOpen(segment)))
            SealWhereSlotsAreLeft(log => log.Seal(segment));
    }

    /// <summary>Seals what inner turns have open of their own, so that it can be cleaned: no limit counts on it. Owner thread, between turns.</summary>
    public void SealOfInnerTurns()
    {
        foreach (RecordSink sink in thread.Sinks)
        {
            if (sink.Effects != thread.Effects)
                sink.Effects.Close();
        }
    }

    // The room of what is open may be all that the cleaner and deletions have: it is not given away before another slot can
    // take its place. The keeper asks again.
    private void SealWhereSlotsAreLeft(Action<AppendLog> seal)
    {
        seal(thread.Received);
        if (thread.Engine.Pool.FreeFor(AppendPurpose.Delete) > 0)
            ForEachSink(seal);
        if (thread.Engine.Pool.FreeForCleaning > 1)
            seal(thread.Survivors);
    }

    private void ForEachSink(Action<AppendLog> act)
    {
        foreach (RecordSink sink in thread.Sinks)
            act(sink.Effects);
    }

    // In an inner turn something may be being received into what is open: once more after it.
    private bool IsPutOff(Action<EngineThread> again)
    {
        if (thread.Host.IsInside)
            thread.Host.PostWork(again);
        return thread.Host.IsInside;
    }
}
