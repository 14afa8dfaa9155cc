using Microsoft.Extensions.Logging.Abstractions;
using Pkv.Engine.Records;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;
using Pkv.Tests.Simulation;
using Xunit.Sdk;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// One stream of commands against a server over a simulated medium, through several lives. At events of the medium the
/// server stands still while crash states are recovered and read; they are judged at the end of the round, when it is
/// known which commands were refused. A life ends in a crash; the next one begins with what that left, and its recovery is
/// crashed as well. Lock order: the medium's, then the stream's.
/// </summary>
internal sealed class Exploration : IDisposable
{
    private const int StuckMs = 120_000, MaxHistoryLines = 60;

    private readonly ExplorationOptions _options;
    private readonly StreamProfile _profile;
    private readonly Random _random;
    private readonly Random _crashRandom;
    private readonly CrashChooser _chooser;
    private readonly StreamKeys _keys;
    private readonly CommandMaker _maker;
    private readonly Judge _judge;
    private readonly CrashProbe _probe;
    private readonly string _socketPath = Path.Combine(Path.GetTempPath(), $"pkv-crash-{Guid.NewGuid():n}.sock");
    private readonly Lock _stream = new();
    private readonly List<Trial> _trials = [];
    private readonly List<StreamClient> _clients = [];
    private readonly List<string> _history = [];
    private readonly int _connections;
    private SimulatedMedium _medium;
    private ServerHost? _host;
    private Round _round;
    private Trial? _end;
    private DurableImage? _endImage;
    private long _tick;
    private bool _isArmed, _endsSoon, _wasRefused;

    public Exploration(ExplorationOptions options)
    {
        _options = options;
        _profile = options.Profile;
        _random = new Random(options.Seed);
        _crashRandom = new Random(options.Seed + 1);
        _chooser = new CrashChooser(_crashRandom);
        _connections = _random.Next(1, 4);
        _keys = new StreamKeys(_connections);
        _maker = new CommandMaker(_keys, _profile, _random);
        _judge = new Judge(_keys);
        _probe = new CrashProbe(_keys, Configure("--io-threads", "1"));
        _medium = new SimulatedMedium(options.Kind, PoolBytes);
        Dictionary<int, List<KeyState>> shared = _keys.All.Where(k => k.Owner < 0).ToDictionary(k => k.Index, _ => new List<KeyState> { KeyState.Absent });
        _round = new Round([.. _keys.All.Select(_ => KeyState.Absent)], shared, Idle());
    }

    /// <summary>Crash states recovered and found right.</summary>
    public int States { get; private set; }

    /// <summary>Events seen.</summary>
    public long Events { get; private set; }

    /// <summary>Segments that the engine freed.</summary>
    public long SegmentsFreed { get; private set; }

    /// <summary>Segments that the engine opened.</summary>
    public long SegmentsOpened { get; private set; }

    private long PoolBytes => PoolHeader.SegmentsOffset + (long)_profile.Slots * PoolHeader.SlotBytes;

    /// <summary>Runs the stream to its end. Returns the first state that no history allows, or null.</summary>
    public string? Run()
    {
        for (int life = 0; life < _options.Lives && States + _trials.Count < _options.MaxStates; life++)
        {
            if (Live(life, isLast: life == _options.Lives - 1) is { } wrong)
                return $"{_options}, life {life}: {wrong}";
        }
        return null;
    }

    public void Dispose()
    {
        Disarm();
        Stop();
        _probe.Dispose();
        _medium.Free();
        _endImage?.Dispose();
    }

    // One life of the server, from start or recovery to its crash (or, the last one, to its clean stop).
    private string? Live(int life, bool isLast)
    {
        Arm();
        int threads = life == 0 ? _options.Threads : _random.Next(1, 4);
        IMedium medium = _options.Break?.Invoke(_medium) ?? _medium;
        _history.Add($"life {life}, {threads} thread(s): {string.Join(", ", _keys.All.Where(k => _round.Base[k.Index].Value is not null).Select(k => $"{k}={_round.Base[k.Index]}"))}");
        _host = ServerHost.Start(Configure("--port", "0", "--unixsocket", _socketPath, "--io-threads", $"{threads}"), new MediumFactory.Choice(medium, "simulated", PoolBytes, "test"), NullLogger.Instance, new LineProgress(NullLogger.Instance));
        for (int i = 0; i < _connections; i++)
            Connect(i);
        for (int i = 0; i < _profile.Rounds; i++)
        {
            _endsSoon = !isLast && i == _profile.Rounds - 1;
            PlayRound();
            if (JudgeAll() is { } wrong)
                return wrong;
            Settle();
        }
        if (isLast)
        {
            Stop();
            return JudgeAll();
        }
        if (_end is null)
            _medium.Between(TakeEnd);
        return BeginNextLife();
    }

    private string? BeginNextLife()
    {
        Disarm();
        Stop();
        if (_judge.Check(_end!) is { } wrong)
            return Report(_end!, wrong);
        States++;
        Dictionary<int, List<KeyState>> shared = _keys.All.Where(k => k.Owner < 0).ToDictionary(k => k.Index, k => new List<KeyState> { _end!.Found![k.Index] });
        _round = new Round([.. _end!.Found!], shared, Idle());
        _medium.Free();
        _medium = new SimulatedMedium(_options.Kind, PoolBytes, _endImage);
        (_end, _endImage) = (null, null);
        return null;
    }

    private void PlayRound()
    {
        long nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _maker.Begin(_round.Base, nowMs);
        StreamCommand[][] commands = Idle();
        bool isGlobal = _random.Next(14) == 0;
        int first = _random.Next(_connections);
        for (int i = 0; i < _connections; i++)
            commands[i] = isGlobal ? i == first ? [.. _maker.Global(i)] : [] : [.. _maker.Pipeline(i, _wasRefused)];
        _wasRefused = false;
        lock (_stream)
            _round = _round with { Commands = commands };
        Send(commands);
        long deadline = Environment.TickCount64 + StuckMs;
        while (!AllAnswered(out StreamClient? slow))
        {
            slow!.Wait();
            if (Environment.TickCount64 > deadline)
                throw new XunitException($"{_options}: the server does not answer");
        }
        foreach (StreamClient client in _clients)
        {
            _wasRefused |= client.WasRefused;
            client.WasRefused = false;
        }
        if (_random.Next(12) == 0)
            Reconnect(_random.Next(_connections));
    }

    // All connections' bytes, in pieces: mostly large ones, cut anywhere, in turn.
    private void Send(StreamCommand[][] commands)
    {
        int[] next = new int[_connections], sent = new int[_connections];
        while (true)
        {
            int[] ready = [.. Enumerable.Range(0, _connections).Where(i => next[i] < commands[i].Length)];
            if (ready.Length == 0)
                return;
            int at = ready[_random.Next(ready.Length)];
            using MemoryStream piece = new();
            bool goesOn = true;
            while (goesOn && next[at] < commands[at].Length)
            {
                StreamCommand command = commands[at][next[at]];
                int left = command.Bytes.Length - sent[at];
                int part = _random.Next(8) == 0 ? _random.Next(left) : left;
                piece.Write(command.Bytes, sent[at], part);
                sent[at] += part;
                goesOn = part == left && _random.Next(4) != 0;
                if (part < left)
                    break;
                lock (_stream)
                    _clients[at].Expect(command, ++_tick);
                (next[at], sent[at]) = (next[at] + 1, 0);
            }
            _clients[at].Send(piece.GetBuffer().AsSpan(0, (int)piece.Length));
        }
    }

    private bool AllAnswered(out StreamClient? slow)
    {
        slow = null;
        lock (_stream)
        {
            PumpAll();
            foreach (StreamClient client in _clients)
                slow = client.Awaited > 0 ? client : slow;
        }
        return slow is null;
    }

    private void PumpAll()
    {
        foreach (StreamClient client in _clients)
            client.Pump(++_tick);
    }

    private void Connect(int connection)
    {
        _maker.Connected(connection);
        lock (_stream)
            _clients.Insert(connection, new StreamClient(_socketPath));
    }

    // Leaves in the middle of a command.
    private void Reconnect(int connection)
    {
        byte[] bytes = CommandMaker.Plain("SET", new byte[_random.Next(1, 40)], new byte[_profile.NextSize(_random) + 2]).Bytes;
        StreamClient old = _clients[connection];
        old.Send(bytes.AsSpan(0, _random.Next(1, bytes.Length - 1)));
        lock (_stream)
            _clients.RemoveAt(connection);
        old.Dispose();
        Connect(connection);
    }

    private void Settle()
    {
        KeyState[] after = [.. _round.Base];
        foreach (StreamCommand command in _round.All)
        {
            _history.Add($"  {command.Text}{(command.WasRefused ? " (refused)" : "")}");
            command.Global?.Invoke(after);
            foreach (Effect effect in command.Effects)
                after[effect.Key] = effect.Apply(after[effect.Key]);
        }
        Dictionary<int, List<KeyState>> shared = [];
        foreach (StreamKey key in _keys.All.Where(k => k.Owner < 0))
            shared[key.Index] = _round.Global?.Text == "FLUSHALL" ? [KeyState.Absent] : key == _keys.Counter ? [Counted()] : Judge.SharedStates(_round, key, _tick, _tick);
        lock (_stream)
            _round = new Round(after, shared, Idle());
    }

    private KeyState Counted()
    {
        KeyState before = _round.Shared[_keys.Counter.Index][0];
        int more = _round.All.Count(c => c.Effects.Any(e => e.Key == _keys.Counter.Index));
        return more == 0 ? before : new KeyState(System.Text.Encoding.ASCII.GetBytes($"{Judge.NumberOf(before) + more}"));
    }

    private void OnEvent(PersistEvent at)
    {
        Events++;
        if (!_isArmed)
            return;
        bool takesEnd = _endsSoon && _end is null && _crashRandom.Next(20) == 0;
        if (!takesEnd && (_crashRandom.Next(_profile.TriesAt) != 0 || States + _trials.Count >= _options.MaxStates))
            return;
        if (takesEnd)
            TakeEnd(at);
        else
            TryStates(at);
    }

    private void TryStates(PersistEvent at)
    {
        long answered = AnsweredNow();
        bool killed = _options.Kind == SimulatedKind.MappedFile && _crashRandom.Next(3) == 0;
        IReadOnlyList<long> units = [.. _medium.FindDifferences(complete: killed)];
        int states = units.Count == 0 ? 1 : _profile.StatesAtEvent;
        for (int i = 0; i < states; i++)
            _chooser.Choose(_medium, units, killed).Visit((image, kept) => _trials.Add(Recover(answered, at, image, kept, killed)));
        if (at.Kind != PersistKind.Sync && _crashRandom.Next(4) == 0)
            _medium.Evict(units, () => _crashRandom.Next(3) == 0);
    }

    // The state in which the next life begins.
    private void TakeEnd(PersistEvent at)
    {
        long answered = AnsweredNow();
        bool killed = _options is { Kind: SimulatedKind.MappedFile, Fsync: not "always" };
        IReadOnlyList<long> units = [.. _medium.FindDifferences(complete: true)];
        _chooser.Choose(_medium, units, killed).Visit((image, kept) =>
        {
            _end = Recover(answered, at, image, kept, killed);
            _endImage = image.Copy();
        });
        _isArmed = false;
    }

    // What counts as answered is read before an image is made, what counts as sent after it. Meanwhile clients may go on to
    // the next round: what that takes for done was durable before, since the medium's lock has let nobody drain since.
    private Trial Recover(long answered, PersistEvent at, DurableImage image, string kept, bool killed)
    {
        Round round;
        long sent;
        lock (_stream)
            (round, sent) = (_round, ++_tick);
        KeyState[]? found = _probe.Recover(image, _options.Kind, round, out string? failure);
        bool onlyIntact = _options is { Kind: SimulatedKind.MappedFile, Fsync: not "always" } && !killed;
        Trial trial = new(round, answered, sent, at, killed ? $"killed process: {kept}" : kept, found, failure, onlyIntact);
        // Not the last word: a command that is under way may yet be refused. But only now is there something to show.
        return _judge.Check(trial) is null ? trial : trial with { Log = LogListing.Of(image) };
    }

    private long AnsweredNow()
    {
        lock (_stream)
        {
            PumpAll();
            return ++_tick;
        }
    }

    private string? JudgeAll()
    {
        Trial[] trials = [];
        _medium.Between(_ =>
        {
            trials = [.. _trials];
            _trials.Clear();
        });
        foreach (Trial trial in trials)
        {
            if (_judge.Check(trial) is { } wrong)
                return Report(trial, wrong);
            States++;
        }
        return null;
    }

    // With the commands of the stream so far that name a key that is wrong, or all keys.
    private string Report(Trial trial, string wrong)
    {
        IEnumerable<string> lines = _history.Where(line => line.Contains("FLUSH", StringComparison.Ordinal) || line.Contains("SWAPDB", StringComparison.Ordinal)
            || line.Contains("life", StringComparison.Ordinal) || _keys.All.Any(k => wrong.Contains(k.Name, StringComparison.Ordinal) && line.Contains(k.Name, StringComparison.Ordinal)));
        return $"crash at event {trial.Event}, {trial.Kept}\n{wrong}\nthe stream:\n{string.Join('\n', lines.TakeLast(MaxHistoryLines))}\n{trial.Log}";
    }

    private StreamCommand[][] Idle() => [.. Enumerable.Range(0, _connections).Select(_ => Array.Empty<StreamCommand>())];

    private void Arm()
    {
        _isArmed = true;
        _medium.Observer = OnEvent;
    }

    private void Disarm() => _medium.Between(_ => _isArmed = false);

    private void Stop()
    {
        lock (_stream)
        {
            foreach (StreamClient client in _clients)
                client.Dispose();
            _clients.Clear();
        }
        SegmentsFreed += _host?.State.Pool.SegmentsFreed ?? 0;
        SegmentsOpened += _host?.State.Pool.SegmentsOpened ?? 0;
        _host?.Dispose();
        _host = null;
    }

    private ConfigTable Configure(params string[] words)
    {
        words = [.. words, "--enable-debug-command", "yes", "--appendfsync", _options.Fsync, "--databases", "4"];
        ConfigLoadResult loaded = ConfigLoader.Load(words, new ConfigSurroundings { JsonFolders = [], EnvironmentPrefix = "PKVTESTNONE_" });
        return loaded.Table ?? throw new XunitException($"the server's configuration is wrong: {loaded.ErrorLine}");
    }
}
