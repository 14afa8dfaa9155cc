using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Space;
using Pkv.Engine.Table;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Pkv.Resp;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;
using Pkv.Server.Net;
using Pkv.Server.Sessions;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Offline;

/// <summary>
/// A client without a socket: a whole server except its listener, with one I/O thread. Commands run through the same
/// dispatch, log and cleaner. Work is passed in turns, each committed like a turn of the event loop. One caller.
/// </summary>
public sealed unsafe class PoolSession : IDisposable
{
    private readonly ServerHost _host;
    private readonly IoThread _thread;
    private readonly CommandContext _context;
    private readonly Session _session = new() { IsAuthenticated = true };
    private readonly ManualResetEventSlim _never = new();
    private long _gainedInVain = long.MinValue;

    private PoolSession(ServerHost host)
    {
        _host = host;
        _thread = host.State.Threads[0];
        _context = _thread.Context;
    }

    /// <summary>Opens a pool, or creates one if there is none, and recovers it. Refuses a damaged pool.</summary>
    /// <param name="path">The pool.</param>
    /// <param name="medium">Of the pool.</param>
    /// <param name="poolBytes">How far it may grow; 0: as far as a server's default.</param>
    /// <param name="databases">Databases that commands may use.</param>
    /// <param name="logger">What a server logs at its start.</param>
    /// <param name="progress">Told of the recovery.</param>
    /// <exception cref="MediumException">It cannot be used, for the reason that the message gives.</exception>
    public static PoolSession Open(string path, MediumChoice medium, long poolBytes, int databases, ILogger logger, IProgressSink progress)
    {
        PkvOptions options = new()
        {
            Pool = Path.GetFullPath(path),
            Medium = medium,
            PoolSizeBytes = poolBytes,
            Databases = databases,
            IoThreads = 1,
            MaxClients = 1,
            Port = 0,
        };
        return new PoolSession(ServerHost.StartOffline(new ConfigTable(options), logger, progress));
    }

    /// <summary>Keys in all databases.</summary>
    public long KeyCount
    {
        get
        {
            long keys = 0;
            foreach (Database database in _host.State.Keyspace.Databases)
                keys += database.KeyCount;
            return keys;
        }
    }

    /// <summary>The clock by which commands run, Unix ms. 0: nothing has expired yet, which is how a log is read back.</summary>
    public long? ClockMs { get; set; }

    /// <summary>Nothing expires by itself: neither the expiry cycle nor the cleaner removes keys.</summary>
    public bool HoldsExpiry
    {
        set
        {
            if (value)
                _host.State.Pause.Start(0, long.MaxValue, writesOnly: false);
            else
                _host.State.Pause.End();
        }
    }

    /// <summary>Whether this server runs the command at all.</summary>
    public bool Runs(CommandSpec spec) => _host.State.Bindings[spec.Index] is not null;

    /// <summary>Runs work on the pool's thread, where it may call <see cref="Execute"/>, and commits. Returns when it is done.</summary>
    public void Turn(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        using ManualResetEventSlim done = new();
        _thread.Post(thread =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            thread.Log.Commit(Clock.NowMs());
            done.Set();
        });
        done.Wait();
        failure?.Throw();
    }

    /// <summary>
    /// Runs one command, or queues it after MULTI; in a <see cref="Turn"/> only. The arguments need to stay in place until
    /// it returns. Returns the error that a client would get, or null.
    /// </summary>
    public string? Execute(CommandSpec spec, ArgList args)
    {
        if (_host.State.Bindings[spec.Index] is not { } binding)
            return $"ERR unknown command '{spec.FullName}'";
        if (!spec.AcceptsCount(args.Count))
            return $"ERR wrong number of arguments for '{spec.FullName}' command";
        if (_host.State.WriteError is { } refusal)
            return Encoding.Latin1.GetString(refusal);
        if (_session.Transaction is { } transaction && !binding.EscapesMulti)
        {
            transaction.Queue(binding, args.Items, args.Count, binding.IsWrite);
            return null;
        }
        CommandFrame outer = _context.Frame;
        long errors = _thread.Reply.ErrorCount;
        _context.Args = args;
        _context.Client = _session;
        _context.NowMs = ClockMs ?? outer.NowMs;
        _thread.Reply.Resp3 = false;
        _context.Recorder.Begin(null, 0, null);
        _thread.Engine.Runner.Run(binding);
        _context.Frame = outer;
        string? error = _thread.Reply.ErrorCount == errors ? null : FirstError(_thread.Reply.Output);
        _thread.Reply.Output.Truncate(0, 0);
        if (_thread.Log.RangeCount >= LogWriter.MaxRangesPerBatch / 2)
            _thread.Log.Commit(Clock.NowMs());
        return error;
    }

    /// <summary>
    /// Called before a turn that will write at most this many bytes: if garbage fills the pool, waits until it has been cleaned. A
    /// client would get an error and try again; here nobody does. Gives up when nothing more becomes free.
    /// </summary>
    public void AwaitRoom(long bytes)
    {
        const int waitMs = 5, waitsWithoutGain = 100;
        Pool pool = _host.State.Pool;
        PoolCleaning cleaning = _host.State.Cleaning;
        long wanted = cleaning.StartSlots + 2 + 2 * bytes / PoolHeader.SlotBytes;
        // What is freed and taken again by survivors is no gain: values of a megabyte may not pack any better.
        long gained = pool.SlotsGained;
        for (int idle = 0; pool.FreeSlots < wanted && pool.SlotsGained != _gainedInVain; idle++)
        {
            cleaning.WakeKeeper();
            // An empty turn: dead segments are freed once this thread was seen in a later epoch, and it cleans between turns.
            Turn(static () => { });
            _never.Wait(waitMs);
            if (pool.SlotsGained > gained)
                (gained, idle) = (pool.SlotsGained, 0);
            else if (idle >= waitsWithoutGain)
            {
                _gainedInVain = pool.SlotsGained;
                return;
            }
        }
    }

    /// <summary>
    /// Why a command was refused for lack of space, and what helps: the pool may have its maximum size, or its file system
    /// has no more room for it.
    /// </summary>
    public string DescribeFull()
    {
        Pool pool = _host.State.Pool;
        long bytes = pool.Medium.BackedBytes;
        if (pool.Medium.Kind == MediumKind.Dax)
            return $"the pool is full at {bytes} bytes: make it larger with pkv grow";
        // Slots that it may still have, but does not count as free: the last attempt to grow failed.
        bool growthFailed = pool.FreeSlots < pool.MaxSlots - pool.Slots;
        return growthFailed || FreeBytesAround(_host.Medium.Path) < PoolHeader.SlotBytes
            ? $"the device is full: it has no room for the pool to grow beyond {bytes} bytes, although its --pool-size would let it"
            : $"the pool is full at {bytes} bytes: give a larger --pool-size";
    }

    private static long FreeBytesAround(string path)
    {
        try
        {
            return new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        }
        catch (IOException)
        {
            return long.MaxValue;
        }
    }

    /// <summary>Removes all expired keys, as Redis does after loading its data. Returns their number.</summary>
    public long DropExpired()
    {
        const int stripesPerTurn = 256;
        long before = KeyCount;
        for (int d = 0; d < _host.State.Keyspace.Databases.Length; d++)
        {
            Database database = _host.State.Keyspace[d];
            for (int first = 0; database.VolatileCount > 0 && first < Database.StripeCount; first += stripesPerTurn)
            {
                int from = first;
                Turn(() =>
                {
                    for (int s = from; s < from + stripesPerTurn; s++)
                        DropExpired(database, database.Stripes + s);
                });
            }
        }
        return before - KeyCount;
    }

    /// <summary>Waits until the device has everything.</summary>
    /// <exception cref="MediumException">It does not take it.</exception>
    public void Save()
    {
        if (_host.State.Durability.SyncNow() is var error and not 0)
            throw new MediumException($"the pool could not be written to its device (errno {error})");
    }

    public void Dispose()
    {
        _host.Dispose();
        _never.Dispose();
    }

    private void DropExpired(Database database, Stripe* stripe)
    {
        _context.Recorder.Begin(null, 0, null);
        _context.Locks.Enter(stripe);
        for (uint i = 0; i < StripeIndex.VolatileCells(stripe); i++)
        {
            VolatileCell cell = stripe->Volatiles[i];
            if (cell.Address == 0 || cell.ExpiryMs > _context.NowMs)
                continue;
            byte* key = BulkString.Data(StripeIndex.KeyBulk(cell.Address, _host.State.Keyspace.PoolBase), out int length);
            _context.Find(CommandContext.MakeKey(database, key, length), out _, touch: false);
        }
        _context.Locks.Exit(_context.Recorder.Wrote);
    }

    // The reply is an error, or (EXEC) an array with one among its members.
    private static string FirstError(GatherBuffer output)
    {
        string text = Encoding.Latin1.GetString(output.Base, Math.Min(output.Length, 64 * 1024));
        int at = text.StartsWith('-') ? 0 : text.IndexOf("\r\n-", StringComparison.Ordinal) + 2;
        int end = text.IndexOf('\r', at);
        return text[(at + 1)..(end < 0 ? text.Length : end)];
    }
}
