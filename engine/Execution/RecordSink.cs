using Pkv.Engine.Records;
using Pkv.Persistence.Log;

namespace Pkv.Engine.Execution;

/// <summary>
/// What commands of an I/O thread log with: a log writer, the segments that records of effects go to, and the plan of the command that
/// is under way. A thread has <see cref="PerThread"/>: one for its turns, and one for inner turns while a suspended command
/// keeps the first. Owner thread only.
/// </summary>
/// <param name="writer">Notes the records.</param>
/// <param name="effects">Where they go.</param>
/// <param name="plan">Made for <paramref name="effects"/>.</param>
public sealed class RecordSink(LogWriter writer, AppendLog effects, RecordPlan plan)
{
    /// <summary>How many commands of a thread may be suspended that have noted something, and one more.</summary>
    public const int PerThread = 2;

    public LogWriter Writer => writer;
    public AppendLog Effects => effects;

    /// <summary>What was planned last.</summary>
    public RecordPlan Plan => plan;

    /// <summary>
    /// A command that has not ended yet has noted something here, which must not be committed before the rest, or has planned or prepared
    /// room, which nobody else may use up.
    /// </summary>
    public bool IsTaken => writer.HoldsOpenRanges || plan.IsOpen || effects.IsPrepared;

    /// <summary>
    /// Those of an I/O thread. In a pool of few slots, inner turns get no segments of their own: they are served where those of the turn
    /// are not needed.
    /// </summary>
    internal static RecordSink[] ForThread(EngineState engine, int number)
    {
        AppendLog effects = new(engine.Pool);
        RecordPlan plan = new(effects);
        RecordSink[] sinks = new RecordSink[PerThread];
        for (int i = 0; i < sinks.Length; i++)
        {
            if (i > 0 && AppendLog.KeepsSpareIn(engine.Pool))
            {
                effects = new AppendLog(engine.Pool, keepsSpare: false);
                plan = new RecordPlan(effects);
            }
            sinks[i] = new RecordSink(engine.LogWriters[number + i * engine.Options.IoThreads], effects, plan);
        }
        return sinks;
    }
}
