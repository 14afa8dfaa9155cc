using Pkv.Ycsb.Core;
using Pkv.Ycsb.Measuring;
using Pkv.Ycsb.Redis;

namespace Pkv.Ycsb.Engine;

/// <summary>
/// One of YCSB's client threads: a connection and the operations that are under way on it, one, or as many as the pipeline
/// holds. As soon as one ends the next begins, unless a target rate says later. Belongs to one event loop; allocates
/// nothing once its buffers have found their size.
/// </summary>
internal sealed class Client : IDisposable
{
    private readonly LoopContext _context;
    private readonly RedisConnection _connection;
    private readonly OperationSteps _steps;
    private readonly Stack<OperationSlot> _free;
    private readonly List<OperationSlot> _retries = [];
    private readonly int _slots;
    private Pace _pace;
    private long _left;
    private long _progressNs; // when something last came, or was first awaited

    /// <param name="context">What it shares with others.</param>
    /// <param name="connection">Its own; disposed with it.</param>
    /// <param name="pace">When its operations begin.</param>
    /// <param name="operations">How many there are.</param>
    public Client(LoopContext context, RedisConnection connection, Pace pace, long operations)
    {
        _context = context;
        _connection = connection;
        _steps = new OperationSteps(context, connection.Requests);
        _slots = context.Pipeline;
        _free = new Stack<OperationSlot>(_slots);
        for (int i = 0; i < _slots; i++) _free.Push(new OperationSlot());
        _pace = pace;
        _left = operations;
    }

    public int Descriptor => _connection.Descriptor;

    /// <summary>True when all operations have ended.</summary>
    public bool IsDone => _left == 0 && _free.Count == _slots;

    /// <summary>True while the kernel's send buffer is full.</summary>
    public bool AwaitsSpace { get; private set; }

    /// <summary>When the next operation is to begin that waits for its time; none: <see cref="long.MaxValue"/>.</summary>
    public long NextDueNs
    {
        get
        {
            long next = _pace.HasTarget && _left > 0 && _free.Count > 0 ? _pace.NextNs : long.MaxValue;
            foreach (OperationSlot slot in _retries) next = Math.Min(next, slot.RetryNs);
            return next;
        }
    }

    /// <summary>Begins what may begin now, and sends it.</summary>
    public void Begin(long nowNs)
    {
        if (_steps.Awaited == 0) _progressNs = nowNs;
        for (int i = _retries.Count - 1; i >= 0; i--)
        {
            OperationSlot slot = _retries[i];
            if (slot.RetryNs > nowNs) continue;
            _retries.RemoveAt(i);
            slot.BegunNs = slot.IntendedNs = nowNs;
            _steps.Ask(slot);
        }
        while (_left > 0 && _free.Count > 0)
        {
            long intended = nowNs;
            if (_pace.HasTarget)
            {
                intended = _pace.NextNs;
                if (intended > nowNs) break;
                _pace.Advance();
            }
            _left--;
            OperationSlot slot = _free.Pop();
            slot.Retries = 0;
            slot.BegunNs = nowNs;
            slot.IntendedNs = intended;
            _steps.Begin(slot);
        }
        Send();
    }

    /// <summary>Receives once, and continues with the operations whose replies came.</summary>
    public void Receive(long nowNs)
    {
        if (!_connection.Receive()) return;
        _progressNs = nowNs;
        while (_connection.TryTake(out ReadOnlySpan<byte> reply))
            if (_steps.Accept(reply, nowNs) is { } ended) End(ended, nowNs);
        Begin(nowNs);
    }

    /// <summary>Sends what waits.</summary>
    public void Send() => AwaitsSpace = !_connection.Send();

    /// <summary>Begins no more operations; those under way end.</summary>
    public void Stop()
    {
        _left = 0;
        foreach (OperationSlot slot in _retries) Free(slot);
        _retries.Clear();
    }

    /// <summary>Gives up when the server has been silent for too long.</summary>
    /// <exception cref="IOException">It has.</exception>
    public void CheckStall(long nowNs)
    {
        if (_steps.Awaited > 0 && nowNs - _progressNs > _context.TimeoutNs) throw new IOException($"no reply for {_context.TimeoutNs / 1_000_000} ms (redis.timeout)");
    }

    public void Dispose() => _connection.Dispose();

    private void End(OperationSlot slot, long nowNs)
    {
        _context.Measurements.Record(NameOf(slot.Kind), slot.Outcome, slot.BegunNs, slot.IntendedNs, nowNs);
        if (slot.Outcome != Outcome.Ok && slot.Retries < _context.Settings.RetryLimit)
        {
            slot.Retries++;
            slot.RetryNs = nowNs + (long)(_context.Settings.RetrySeconds * (0.8 + 0.4 * _context.Source.NextShare()) * 1e9);
            _retries.Add(slot);
            return;
        }
        Free(slot);
    }

    private void Free(OperationSlot slot)
    {
        if (slot.Kind == OperationKind.Insert) _context.Source.EndInsert(slot.Record);
        _context.Measurements.CountOperation();
        _free.Push(slot);
    }

    private static MetricName NameOf(OperationKind kind) => kind switch
    {
        OperationKind.Read => MetricName.Read,
        OperationKind.Update => MetricName.Update,
        OperationKind.Insert => MetricName.Insert,
        OperationKind.Scan => MetricName.Scan,
        _ => MetricName.ReadModifyWrite,
    };
}
