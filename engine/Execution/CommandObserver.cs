namespace Pkv.Engine.Execution;

/// <summary>
/// Looks at commands that have run: the slow log, the latency monitor, MONITOR. Shared by all threads. Costs one volatile read for a
/// command that nobody looks at, and a call for one that was timed.
/// </summary>
public abstract class CommandObserver
{
    private volatile bool _seesEach;

    /// <summary>Nobody looks.</summary>
    public static CommandObserver None { get; } = new Nobody();

    /// <summary>Whether <see cref="Ran"/> is to be called.</summary>
    public bool SeesEach
    {
        get => _seesEach;
        protected set => _seesEach = value;
    }

    /// <summary>The command in the context has run.</summary>
    public abstract void Ran(CommandContext context);

    /// <summary>The script, or function, that the command in the context runs begins: it is told before its commands.</summary>
    public abstract void Begins(CommandContext context);

    /// <summary>The command in the context has run, and was timed.</summary>
    public abstract void Took(CommandContext context, long nanoseconds);

    private sealed class Nobody : CommandObserver
    {
        public override void Ran(CommandContext context)
        {
        }

        public override void Begins(CommandContext context)
        {
        }

        public override void Took(CommandContext context, long nanoseconds)
        {
        }
    }
}
