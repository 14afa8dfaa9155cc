using Microsoft.Extensions.Logging.Abstractions;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;
using Pkv.Persistence.Media;
using Pkv.Resp;
using Pkv.Server;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;
using Pkv.Tests.Simulation;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// Recovers crash states as a start of the server does, and reads what the index holds afterwards. On a thread of its own:
/// the engine's threads, which stand still meanwhile, keep what they have in thread-local places.
/// </summary>
internal sealed unsafe class CrashProbe : IDisposable
{
    private readonly StreamKeys _keys;
    private readonly ConfigTable _config;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _asked = new(0), _answered = new(0);
    private Action? _work;
    private Exception? _error;

    public CrashProbe(StreamKeys keys, ConfigTable config)
    {
        _keys = keys;
        _config = config;
        _thread = new Thread(Serve, 16 << 20) { IsBackground = true, Name = "crash-probe" };
        _thread.Start();
    }

    /// <summary>What recovery finds on an image, by key; or why it fails.</summary>
    public KeyState[]? Recover(DurableImage image, SimulatedKind kind, Round round, out string? failure)
    {
        KeyState[]? found = null;
        string? why = null;
        _work = () => found = RecoverHere(image, kind, round, out why);
        _asked.Release();
        _answered.Wait();
        failure = _error is null ? why : _error.ToString();
        _error = null;
        return failure is null ? found : null;
    }

    public void Dispose()
    {
        _work = null;
        _asked.Release();
        _thread.Join();
        _asked.Dispose();
        _answered.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            _asked.Wait();
            if (_work is null)
                return;
            try
            {
                _work();
            }
            catch (Exception e)
            {
                _error = e;
            }
            _answered.Release();
        }
    }

    private KeyState[]? RecoverHere(DurableImage image, SimulatedKind kind, Round round, out string? failure)
    {
        failure = null;
        RecoveryMedium medium = new(image, kind);
        try
        {
            using ServerHost host = ServerHost.Open(_config, new MediumFactory.Choice(medium, "crash state", image.Map.Bytes, "test"), NullLogger.Instance, NoProgress.Instance);
            KeyState[] found = [.. _keys.All.Select(key => Read(host.State, key, round))];
            long count = 0;
            foreach (Database database in host.State.Keyspace.Databases)
                count += database.KeyCount;
            if (count != found.Count(f => f.Value is not null))
                failure = $"recovery found {count} keys, of which {found.Count(f => f.Value is not null)} were ever written";
            failure ??= medium.StrayFlush;
            return found;
        }
        catch (MediumException e)
        {
            failure = $"recovery refuses the pool: {e.Message}";
            return null;
        }
        finally
        {
            medium.Restore();
        }
    }

    private KeyState Read(ServerState server, StreamKey key, Round round)
    {
        Database database = server.Keyspace[key.Database];
        if (!database.IsMade)
            return KeyState.Absent;
        fixed (byte* name = key.Bytes)
        {
            byte* pool = server.Keyspace.PoolBase;
            ulong hash = KeyHash.Of(name, key.Bytes.Length);
            Stripe* stripe = database.StripeOf(hash);
            ulong* slot = StripeIndex.Find(stripe, hash, name, key.Bytes.Length, pool);
            if (slot == null)
                return KeyState.Absent;
            long expiry = StripeIndex.ExpiryOf(stripe, *slot);
            if (StripeIndex.IsPieces(stripe, *slot))
            {
                StoredString pieces = new(StripeIndex.CollectionOf(stripe, *slot), pool);
                byte[] whole = new byte[pieces.Length];
                pieces.CopyTo(0, whole);
                return new KeyState(Known(whole, key, _keys, round), expiry, expiry);
            }
            if (Slot.IsCollection(*slot))
                return new KeyState(CollectionText.Read(StripeIndex.CollectionOf(stripe, *slot), pool), expiry, expiry);
            byte* data = BulkString.Data(Cell.ValueBulk(pool + StripeIndex.AddressOf(stripe, *slot), Slot.Kind(*slot)), out int length);
            return new KeyState(Known(new ReadOnlySpan<byte>(data, length), key, _keys, round), expiry, expiry);
        }
    }

    // The model's own array where the value is one that it knows, else a copy.
    private static byte[] Known(ReadOnlySpan<byte> value, StreamKey key, StreamKeys keys, Round round)
    {
        if (value.Length <= 256)
            return value.ToArray();
        foreach (byte[] candidate in round.ValuesOf(key, keys).Reverse())
        {
            if (value.SequenceEqual(candidate))
                return candidate;
        }
        return value.ToArray();
    }

    private sealed class NoProgress : IProgressSink
    {
        public static readonly NoProgress Instance = new();

        public void Report(string what, long done, long total, string unit)
        {
        }

        public void Done()
        {
        }
    }
}
