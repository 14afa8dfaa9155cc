using System.Runtime.InteropServices;
using System.Text;
using Pkv.Persistence.Log;
using Pkv.Server.Configuration;

namespace Pkv.Server.Monitoring;

/// <summary>
/// Determines when acknowledged data is on the device. On media where a fence is enough there is nothing to wait for; on
/// others this owns the sync thread and holds replies under appendfsync always.
/// </summary>
public sealed class Durability(ServerState server)
{
    private const string DirectOnlyAlways =
        "the pool is opened for direct writes because appendfsync was always at startup; restart with another appendfsync";

    private const string AlwaysAfterFailure = "the pool's device has failed: every reply waits for the device until the next start";

    // Beyond it, clients that only read would wait too long for others' writes.
    private const double InlineSyncMaxUs = 1000;

    private SyncCoordinator? _sync;
    private volatile bool _stopping;
    private int _lastError;

    /// <summary>The sync thread; null where the medium needs none.</summary>
    public SyncCoordinator? Sync => _sync;

    public void Start()
    {
        if (server.Pool.Medium.DrainIsDurable)
            return;
        _sync = new SyncCoordinator(server.Pool, server.LogWriters, Policy, SyncCompleted);
        server.Engine.Sync = _sync;
        ApplyPolicy();
    }

    /// <summary>
    /// Why appendfsync cannot become what the options say now; null: it can. Memory that is written directly dies with the
    /// process: without the wait for the device an acknowledged write would, too.
    /// </summary>
    public string? PolicyRefusal =>
        !server.Pool.Medium.NeedsSyncBeforeReply || server.Options.AppendFsync == AppendFsyncPolicy.Always ? null
        : server.Pool.Medium.State == "ok" ? DirectOnlyAlways : AlwaysAfterFailure;

    /// <summary>appendfsync was changed.</summary>
    public void ApplyPolicy()
    {
        if (_sync is null)
            return;
        _sync.Policy = Policy;
        _sync.Request();
        foreach (Net.IoThread thread in server.Threads)
        {
            thread.Locks.WatchesDurability = _sync.HoldsReplies;
            thread.Locks.ReadsAhead = server.Options.AppendFsync != AppendFsyncPolicy.Always;
        }
    }

    /// <summary>
    /// A lone I/O thread syncs its own batch while that is quick: handing it to the sync thread and being woken costs
    /// four switches, and a batch that waits takes more clients in. True: what it has committed is on the device.
    /// </summary>
    public bool TrySyncInline() =>
        _sync is { HoldsReplies: true, Error: 0 } sync && server.Threads.Length == 1 && server.Pool.Medium.NeedsSyncBeforeReply
        && sync.TypicalUs < InlineSyncMaxUs && sync.SyncHere();

    /// <summary>
    /// Waits until the device has everything that is committed by now, whatever appendfsync says. Returns errno, or 0.
    /// At once where a fence is enough.
    /// </summary>
    public int SyncNow() => _sync?.SyncNow() ?? 0;

    /// <summary>A ticket for what is committed by now: replies wait until it is served.</summary>
    public long DrawTicket() => _sync!.Request();

    public bool IsServed(long ticket) => _sync is null || _sync.Completed >= ticket || !_sync.HoldsReplies;

    /// <summary>The I/O threads have ended: a last sync, after which everything committed is on the device.</summary>
    public void Stop()
    {
        _stopping = true;
        _sync?.Dispose();
    }

    private void SyncCompleted()
    {
        int error = _sync?.Error ?? 0;
        server.Latency.Consider("fsync", _sync?.LastSyncMs ?? 0);
        if (error != _lastError)
            ErrorChanged(error);
        // A medium that failed may hold replies from now on; one that held them and no longer does, there is none.
        if (_sync is not null && _sync.Policy != Policy)
            ApplyPolicy();
        if (_sync is { HoldsReplies: true } && !_stopping)
        {
            foreach (Net.IoThread thread in server.Threads)
                thread.Post(static t => t.ReleaseHeld());
        }
    }

    // Redis's wording for an AOF that cannot be written: the pool is the AOF.
    private void ErrorChanged(int error)
    {
        _lastError = error;
        string reason = Marshal.GetPInvokeErrorMessage(error);
        server.Engine.DeviceError = error == 0 ? null : Encoding.UTF8.GetBytes($"MISCONF Errors writing to the AOF file: {reason}");
        string state = server.Pool.Medium.State;
        server.Log?.Invoke(error == 0
            ? $"The device accepts writes again ({state}); {server.Pool.Medium.Promise}"
            : _sync?.Torn is { } torn
                ? $"Memory lost records of segment {torn.Slot} after a failed write ({state}): writes are refused; restart to recover what is on the device"
                : $"Writing to the pool's device failed: {reason} ({state}); writes are refused, reads continue, and the write is retried every second");
    }

    private SyncPolicy Policy => server.Options.AppendFsync switch
    {
        _ when server.Pool.Medium.NeedsSyncBeforeReply => SyncPolicy.Always,
        AppendFsyncPolicy.Always => SyncPolicy.Always,
        AppendFsyncPolicy.No => SyncPolicy.No,
        _ => SyncPolicy.EverySecond,
    };
}
