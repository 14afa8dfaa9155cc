using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Table;
using Pkv.Server.Configuration;
using Pkv.Server.Sessions;

namespace Pkv.Server.Monitoring;

/// <summary>The latest slow commands: SLOWLOG. Any thread.</summary>
public sealed class SlowLog(PkvOptions options)
{
    private const int MaxArguments = 32;
    private const int MaxArgumentBytes = 128;

    private readonly Lock _lock = new();
    private readonly LinkedList<SlowLogEntry> _entries = [];
    private long _nextId;

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>Takes note of the command in the context if it ran that long.</summary>
    public void Consider(CommandContext context, long microseconds)
    {
        long threshold = options.SlowlogLogSlowerThanMicros;
        if (threshold < 0 || microseconds < threshold || options.SlowlogMaxLen <= 0
            || context.Spec.Flags.HasFlag(CommandFlags.SkipSlowlog))
            return;
        Session session = (Session)context.Client;
        SlowLogEntry entry = new(Interlocked.Increment(ref _nextId) - 1, Clock.NowMs() / 1000, microseconds,
            Arguments(context), session.RemoteAddress, session.Name);
        lock (_lock)
        {
            _entries.AddFirst(entry);
            while (_entries.Count > options.SlowlogMaxLen)
                _entries.RemoveLast();
        }
    }

    /// <summary>The newest first; all of them when <paramref name="count"/> is negative.</summary>
    public List<SlowLogEntry> Newest(long count)
    {
        lock (_lock)
            return [.. count < 0 ? _entries : _entries.Take((int)Math.Min(count, int.MaxValue))];
    }

    public void Reset()
    {
        lock (_lock)
            _entries.Clear();
    }

    private static byte[][] Arguments(CommandContext context)
    {
        int shown = Math.Min(context.ArgCount, MaxArguments);
        byte[][] arguments = new byte[shown][];
        for (int i = 0; i < shown; i++)
            arguments[i] = Argument(context, i, shown);
        return arguments;
    }

    private static byte[] Argument(CommandContext context, int index, int shown)
    {
        if (index == shown - 1 && shown < context.ArgCount)
            return System.Text.Encoding.ASCII.GetBytes($"... ({context.ArgCount - shown + 1} more arguments)");
        if (CommandText.IsSecret(context, index))
            return "(redacted)"u8.ToArray();
        ReadOnlySpan<byte> argument = context.Arg(index);
        if (argument.Length <= MaxArgumentBytes)
            return argument.ToArray();
        return [.. argument[..MaxArgumentBytes], .. System.Text.Encoding.ASCII.GetBytes($"... ({argument.Length - MaxArgumentBytes} more bytes)")];
    }
}

/// <summary>One slow command. Time in Unix seconds, duration in microseconds.</summary>
public sealed record SlowLogEntry(long Id, long UnixSeconds, long Microseconds, byte[][] Arguments, string Client, string ClientName);
