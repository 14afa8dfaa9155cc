using Pkv.Engine.Table;

namespace Pkv.Engine.Execution;

/// <summary>How dispatch runs one command: everything it needs, in one place, by <see cref="CommandSpec.Index"/>.</summary>
public sealed unsafe class CommandBinding(CommandSpec spec, delegate*<CommandContext, void> handler, LockMode mode)
{
    public CommandSpec Spec { get; } = spec;
    public delegate*<CommandContext, void> Handler { get; } = handler;
    public LockMode Mode { get; } = mode;
    public int FirstKey { get; } = spec.FirstKey;
    public bool IsSingleKey { get; } = spec.FirstKey != 0 && spec.LastKey == spec.FirstKey && spec.CountedKeys is null;
    public bool IsWrite { get; } = spec.Flags.HasFlag(CommandFlags.Write);

    /// <summary>
    /// Its handler changes nothing that anybody else sees: an exception in it costs no more than its client's connection. Not one that runs a
    /// script, whose state on the thread nobody else could end.
    /// </summary>
    public bool OnlyReads { get; } = (spec.Flags.HasFlag(CommandFlags.ReadOnly) && !IsScriptCall(spec))
        || spec.Name is "info" or "command" or "memory" or "ping" or "echo" or "lolwut";

    /// <summary>Refused in a script that may not write: it changes, or tells others, something.</summary>
    public bool ChangesAnything { get; } = spec.Flags.HasFlag(CommandFlags.Write) || spec.Name is "publish" or "spublish" or "pfcount";

    /// <summary>Refused while the device fails. PING, too, as in Redis: whoever watches a server by it shall see.</summary>
    public bool RefusedOnDiskError { get; } = spec.Flags.HasFlag(CommandFlags.Write) || spec.Name == "ping";
    public bool DenyOom { get; } = spec.Flags.HasFlag(CommandFlags.DenyOom);
    public bool NoAuth { get; } = spec.Flags.HasFlag(CommandFlags.NoAuth);
    public bool NoMulti { get; } = spec.Flags.HasFlag(CommandFlags.NoMulti);

    /// <summary>Only for clients that <c>enable-debug-command</c> or <c>enable-module-command</c> lets use it; queued for nobody else either.</summary>
    public bool IsRestricted { get; } = spec.FullName is "debug" or "module|load" or "module|loadex" or "module|unload";

    /// <summary>A client of RESP2 that subscribes to something may give it.</summary>
    public bool RunsWhileSubscribed { get; } = spec.Name is "ping" or "quit" or "reset"
        or "subscribe" or "unsubscribe" or "psubscribe" or "punsubscribe" or "ssubscribe" or "sunsubscribe";

    /// <summary>Refused while a script runs for long, whatever it holds.</summary>
    public bool TellsOfBusy { get; } = spec.Name is "ping" or "eval" or "evalsha" or "fcall";

    /// <summary>Runs a script: what it does depends on that.</summary>
    public bool RunsScript { get; } = IsScriptCall(spec);

    /// <summary>Runs inside MULTI instead of being queued.</summary>
    public bool EscapesMulti { get; init; }

    /// <summary>Its bytes are wiped from the receive window when it does not become a record.</summary>
    public bool CarriesSecret { get; init; }

    /// <summary>Quick and frequent: timed only now and then.</summary>
    public bool TimedBySample { get; } = spec.Flags.HasFlag(CommandFlags.Fast) || spec.Name == "set" || spec.Name == "get";

    private static bool IsScriptCall(CommandSpec spec) => spec.Name is "eval" or "eval_ro" or "evalsha" or "evalsha_ro" or "fcall" or "fcall_ro";
}
