using Pkv.Engine.Table;
using Pkv.Resp;
using Pkv.Server.Offline;

namespace Pkv.Cli.Import;

/// <summary>The second reading: commands run on the pool. Used within the session's turns only.</summary>
internal sealed unsafe class PoolSink : ICommandSink, IDisposable
{
    private readonly PoolSession _session;
    private readonly CommandBuilder _own = new();
    private readonly AbsoluteTimes _times;
    private readonly long _nowMs;
    private readonly bool _dropsExpired;
    private readonly bool _replaces;

    /// <param name="session">The pool.</param>
    /// <param name="nowMs">The time to compare expiry times with, Unix ms.</param>
    /// <param name="dropsExpired">Keys of a snapshot that have expired are not made (in a log, what follows may still want them).</param>
    /// <param name="replaces">The pool holds keys already: a collection of the same name must not be added to.</param>
    public PoolSink(PoolSession session, long nowMs, bool dropsExpired, bool replaces)
    {
        _session = session;
        _nowMs = nowMs;
        _dropsExpired = dropsExpired;
        _replaces = replaces;
        _times = new AbsoluteTimes(_own, nowMs);
    }

    /// <summary>Keys of snapshots that were made.</summary>
    public long Keys { get; private set; }

    /// <summary>Commands run.</summary>
    public long Commands { get; private set; }

    /// <summary>Keys of snapshots that had expired, and were not made.</summary>
    public long Expired { get; private set; }

    /// <summary>Commands that were answered with an error; Redis continues in silence when it loads such a log.</summary>
    public long Failed { get; private set; }

    /// <summary>The first such answer.</summary>
    public string? FirstError { get; private set; }

    public void Select(int database)
    {
        _own.Begin("SELECT"u8);
        _own.Add(database);
        Run(CommandTable.Find("SELECT"u8)!, _own.Finish());
        Commands--;
    }

    public bool BeginKey(string type, string? command, ReadOnlySpan<byte> key, long expiryMs)
    {
        if (!ImportSurvey.CanMake(command))
            return false;
        if (_dropsExpired && expiryMs >= 0 && expiryMs < _nowMs)
        {
            Expired++;
            return false;
        }
        Keys++;
        if (_replaces && type != "string")
        {
            _own.Begin("DEL"u8);
            _own.Add(key);
            Run(CommandTable.Find("DEL"u8)!, _own.Finish());
        }
        return true;
    }

    public void Make(ArgList args) => Run(CommandTable.Find(args.Items[0].Span)!, args);

    public void Replay(ArgList args)
    {
        if (ImportSurvey.FindReplayable(args.Items[0].Span) is not { } spec)
            return;
        ArgList absolute = _times.Rewrite(spec.Name, args);
        Run(ReferenceEquals(absolute, args) ? spec : CommandTable.Find(absolute.Items[0].Span)!, absolute);
    }

    public void LeaveOut(string what, bool isHint)
    {
    }

    public void Dispose() => _own.Dispose();

    private void Run(CommandSpec spec, ArgList args)
    {
        Commands++;
        if (_session.Execute(spec, args) is not { } error)
            return;
        if (error.StartsWith("OOM", StringComparison.Ordinal))
            throw new CliException(_session.DescribeFull());
        if (error.StartsWith("MISCONF", StringComparison.Ordinal))
            throw new CliException("writing the pool to its device failed");
        Failed++;
        FirstError ??= $"{spec.FullName}: {error}";
    }
}
