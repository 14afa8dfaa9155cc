using System.Diagnostics;
using Pkv.Engine.Execution.Scripting.Functions;
using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>What the threads share of scripts: those that are known, those that run, and who of them may lock more. Any thread.</summary>
public sealed class ScriptRegistry(EngineState engine)
{
    private const int TurnSpins = 20;

    // Whoever runs for less was not meant by a KILL, whatever the threshold is.
    private const int MinKillMs = 100;

    private ScriptLevel? _turn;
    private int _busy;

    public ScriptCache Cache { get; } = new();

    /// <summary>The libraries of functions.</summary>
    public FunctionRegistry Functions { get; } = new();

    /// <summary>What one script may use.</summary>
    public LuaLimits Limits { get; } = new() { MemoryBytes = engine.Options.ScriptMemoryBytes, HardMemoryBytes = 2 * engine.Options.ScriptMemoryBytes };

    /// <summary>A script runs for longer than busy-reply-threshold.</summary>
    public bool IsBusy => Volatile.Read(ref _busy) != 0;

    /// <summary>The error of commands that do not wait for such a script.</summary>
    public ReadOnlySpan<byte> BusyError => Running().Any(static level => level is { IsBusy: true, Running.IsFunction: true })
        ? "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE."u8
        : "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."u8;

    /// <summary>The scripts that run now.</summary>
    public IEnumerable<ScriptLevel> Running() => Levels.Where(static level => level.Running is not null);

    /// <summary>Bytes that scripts, and functions, hold in their Lua states.</summary>
    public (long Scripts, long Functions) MemoryUsed()
    {
        (long scripts, long functions) = (0, 0);
        foreach (ScriptLevel level in Levels)
        {
            scripts += level.State.MemoryUsed;
            functions += level.FunctionMemory;
        }
        return (scripts, functions);
    }

    /// <summary>Asks scripts to end that run for long and have not written. Tells what became of that.</summary>
    public KillOutcome Kill(bool functions)
    {
        long threshold = Math.Min(MinKillMs, engine.Options.BusyReplyThreshold);
        KillOutcome outcome = KillOutcome.NoneRuns;
        foreach (ScriptLevel level in Running())
        {
            if (level.Running is not { } what || Stopwatch.GetElapsedTime(level.Began).TotalMilliseconds < threshold)
                continue;
            if (what.IsFunction != functions)
                outcome = outcome == KillOutcome.NoneRuns ? KillOutcome.OtherKind : outcome;
            else if (level.HasWritten)
                outcome = outcome is KillOutcome.NoneRuns or KillOutcome.OtherKind ? KillOutcome.HasWritten : outcome;
            else
            {
                level.Kill();
                outcome = KillOutcome.Killed;
            }
        }
        return outcome;
    }

    private IEnumerable<ScriptLevel> Levels => engine.Threads.Where(static thread => thread is not null).SelectMany(static thread => thread.Scripts.Levels);

    internal void CountBusy(int change) => Interlocked.Add(ref _busy, change);

    /// <summary>A script that may want more stripes is about to write for the first time: one at a time may do so. Waits for microseconds only.</summary>
    internal bool TryTakeTurn(ScriptLevel level)
    {
        SpinWait spin = default;
        for (int i = 0; i < TurnSpins; i++)
        {
            ScriptLevel? held = Interlocked.CompareExchange(ref _turn, level, null);
            if (held is null || held == level)
                return true;
            spin.SpinOnce(sleep1Threshold: -1);
        }
        return false;
    }

    internal void GiveTurn(ScriptLevel level)
    {
        if (_turn == level)
            Volatile.Write(ref _turn, null);
    }
}

/// <summary>What became of SCRIPT KILL or FUNCTION KILL.</summary>
public enum KillOutcome
{
    NoneRuns,
    OtherKind,
    HasWritten,
    Killed,
}
