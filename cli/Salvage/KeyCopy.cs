using System.Globalization;
using System.Text;
using Pkv.Cli.Import;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Table;
using Pkv.Server.Hosting;
using Pkv.Server.Offline;

namespace Pkv.Cli.Salvage;

/// <summary>Writes the keys of a pool that is being inspected to an open one: a fresh log of live data.</summary>
internal sealed class KeyCopy(PoolSession target) : IDisposable
{
    private const int KeysPerTurn = 4096;
    private const long BytesPerTurn = 1 << 20;
    private const int ElementsPerCommand = 512;

    private readonly CommandSpec _select = CommandTable.Find("SELECT"u8)!;
    private readonly CommandSpec _set = CommandTable.Find("SET"u8)!;
    private readonly CommandSpec _expireAt = CommandTable.Find("PEXPIREAT"u8)!;
    private readonly CommandSpec _addEntry = CommandTable.Find("XADD"u8)!;
    private readonly CommandSpec _setId = CommandTable.Find("XSETID"u8)!;
    private readonly CommandBuilder _command = new();
    private readonly List<StoredKey> _pending = [];
    private long _pendingBytes;
    private int _database = -1;

    /// <summary>Keys written.</summary>
    public long Keys { get; private set; }

    /// <summary>Keys left out because they had expired.</summary>
    public long Expired { get; private set; }

    /// <exception cref="CliException">The target does not take a key.</exception>
    public void CopyAll(OfflinePool source, IProgressSink progress)
    {
        long now = Clock.NowMs(), total = source.KeyCount;
        source.VisitKeys((in StoredKey key) =>
        {
            if (key.ExpiryMs >= 0 && key.ExpiryMs <= now)
            {
                Expired++;
                return;
            }
            _pending.Add(key);
            _pendingBytes += key.Key.Length + key.ValueBytes;
            if (_pending.Count < KeysPerTurn && _pendingBytes < BytesPerTurn)
                return;
            Flush();
            progress.Report("Writing", Keys + Expired, total, "keys");
        });
        Flush();
        progress.Done();
    }

    public void Dispose() => _command.Dispose();

    private void Flush()
    {
        target.AwaitRoom(_pendingBytes);
        target.Turn(() =>
        {
            foreach (StoredKey key in _pending)
                Write(key);
        });
        Keys += _pending.Count;
        _pending.Clear();
        _pendingBytes = 0;
    }

    private void Write(in StoredKey key)
    {
        if (key.Database != _database)
        {
            _command.Begin("SELECT"u8);
            _command.Add(_database = key.Database);
            Run(_select);
        }
        if (!key.IsString)
        {
            if (key.IsStream)
                WriteStream(key);
            else
                WriteElements(key);
            WriteExpiry(key);
            return;
        }
        _command.Begin("SET"u8);
        _command.Add(key.Key);
        _command.Add(key.Value);
        if (key.ExpiryMs >= 0)
        {
            _command.Add("PXAT"u8);
            _command.Add(key.ExpiryMs);
        }
        Run(_set);
    }

    private void WriteElements(in StoredKey key)
    {
        StoredKey held = key;
        CommandSpec put = CommandTable.Find(key.PutCommand)!;
        long left = key.Count, started = 0;
        key.VisitElements((in StoredElement element) =>
        {
            if (started++ == 0)
            {
                _command.Begin(held.PutCommand);
                _command.Add(held.Key);
            }
            _command.Add(element.First);
            if (held.ArgumentsPerElement == 2)
                _command.Add(element.Second);
            left--;
            if (left > 0 && started < ElementsPerCommand && _command.Bytes < BytesPerTurn)
                return;
            Run(put);
            started = 0;
        });
    }

    // An empty one is made by an entry that is trimmed at once.
    private void WriteStream(in StoredKey key)
    {
        StoredKey held = key;
        (StreamId last, ulong added, StreamId deleted) = key.StreamSummary;
        if (key.Count == 0)
            RunOn(key, _addEntry, "MAXLEN", "0", last == StreamId.Min ? "0-1" : last.ToString(), "x", "y");
        key.VisitEntries((in StoredEntry entry) =>
        {
            _command.Begin("XADD"u8);
            _command.Add(held.Key);
            _command.Add(Encoding.ASCII.GetBytes(entry.Id.ToString()));
            ReadOnlySpan<byte> frames = entry.Frames;
            while (frames.Length > 0)
                _command.Add(StoredEntry.Next(ref frames));
            Run(_addEntry);
        });
        RunOn(key, _setId, last.ToString(), "ENTRIESADDED", added.ToString(CultureInfo.InvariantCulture), "MAXDELETEDID", deleted.ToString());
    }

    private void RunOn(in StoredKey key, CommandSpec spec, params string[] arguments)
    {
        _command.Begin(Encoding.ASCII.GetBytes(spec.Name));
        _command.Add(key.Key);
        foreach (string argument in arguments)
            _command.Add(Encoding.ASCII.GetBytes(argument));
        Run(spec);
    }

    private void WriteExpiry(in StoredKey key)
    {
        if (key.ExpiryMs < 0)
            return;
        _command.Begin("PEXPIREAT"u8);
        _command.Add(key.Key);
        _command.Add(key.ExpiryMs);
        Run(_expireAt);
    }

    private void Run(CommandSpec spec)
    {
        if (target.Execute(spec, _command.Finish()) is { } error)
            throw new CliException(error.StartsWith("OOM", StringComparison.Ordinal) ? target.DescribeFull() : $"the new pool does not take a key: {error}");
    }
}
