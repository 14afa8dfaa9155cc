using System.Globalization;
using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Records;
using Pkv.Tests.Receive;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// Makes the commands of a stream by seed, and says what each does: the model of the server, one round at a time. The
/// state that it goes by is the one that holds if no command is refused.
/// </summary>
internal sealed class CommandMaker(StreamKeys keys, StreamProfile profile, Random random)
{
    // No round takes longer from the making of its commands to the last of them.
    private const long LateMs = 600_000;

    private readonly int[] _selected = new int[8];

    // After an EXEC with a SELECT in it, which may be refused as a whole, as long as its reply is not known.
    private readonly bool[] _isSelectionDoubtful = new bool[8];
    private readonly HashSet<int> _touched = [];
    private readonly CollectionMaker _collections = new(random, Math.Min(profile.NextSize(random), 50_000) + 200);
    private KeyState[] _state = [];
    private long _madeMs;
    private int _version;

    /// <summary>The connection is a new one.</summary>
    public void Connected(int connection) => (_selected[connection], _isSelectionDoubtful[connection]) = (0, false);

    /// <summary>A new round begins in this state.</summary>
    public void Begin(KeyState[] state, long madeMs)
    {
        _state = [.. state];
        _madeMs = madeMs;
        _touched.Clear();
    }

    /// <summary>What a connection sends in this round.</summary>
    /// <param name="connection">Its number.</param>
    /// <param name="frees">The pool was full: deletes rather than writes.</param>
    public List<StreamCommand> Pipeline(int connection, bool frees)
    {
        List<StreamCommand> commands = [];
        int count = random.Next(profile.Pipeline + 1), joint = 0;
        for (int i = 0; i < count; i++)
        {
            if (profile.FillsGaps && random.Next(2) == 0)
                commands.Add(Plain("ECHO", new byte[random.Next(60_000, 230_000)]));
            if (!profile.IsPressed && random.Next(6) == 0)
                AddShared(connection, commands);
            else
            {
                int database = random.Next(4) == 0 ? random.Next(StreamKeys.OwnDatabases) : Math.Min(_selected[connection], StreamKeys.OwnDatabases - 1);
                Select(connection, database, commands);
                StreamCommand made = frees && random.Next(2) == 0 ? Delete(connection) : Own(connection, allowsJoint: joint < 4);
                joint += made.Effects.Select(e => e.Key).Distinct().Count() > 1 ? 1 : 0;
                commands.Add(made);
            }
        }
        return commands;
    }

    /// <summary>A command over whole databases, for a round of its own.</summary>
    public List<StreamCommand> Global(int connection)
    {
        List<StreamCommand> commands = [];
        int database = random.Next(StreamKeys.OwnDatabases);
        int choice = random.Next(5);
        if (choice < 2)
            Select(connection, database, commands);
        commands.Add(choice switch
        {
            < 2 => Whole("FLUSHDB", state => Forget(state, k => k.Database == database), "FLUSHDB"),
            < 4 => Whole("SWAPDB", Swap, "SWAPDB", "0", "1"),
            _ => Whole("FLUSHALL", state => Forget(state, _ => true), "FLUSHALL"),
        });
        return commands;
    }

    /// <summary>A command without effect.</summary>
    public static StreamCommand Plain(string name, params byte[][] arguments) =>
        new(name, Wire.Command([name, .. arguments.Cast<object>()]));

    private static StreamCommand Whole(string text, Action<KeyState[]> apply, params string[] words) =>
        new(text, Wire.Command([.. words]), apply);

    private void Forget(KeyState[] state, Func<StreamKey, bool> which)
    {
        foreach (StreamKey key in keys.All.Where(which))
            state[key.Index] = KeyState.Absent;
    }

    private void Swap(KeyState[] state)
    {
        foreach (StreamKey key in keys.All.Where(k => k.Owner >= 0 && k.Database == 0))
        {
            int other = keys[1, key.Name].Index;
            (state[key.Index], state[other]) = (state[other], state[key.Index]);
        }
    }

    private void Select(int connection, int database, List<StreamCommand> commands)
    {
        if (_selected[connection] != database || _isSelectionDoubtful[connection])
            commands.Add(Plain("SELECT", Ascii(database)));
        (_selected[connection], _isSelectionDoubtful[connection]) = (database, false);
    }

    private void AddShared(int connection, List<StreamCommand> commands)
    {
        Select(connection, StreamKeys.SharedDatabase, commands);
        byte[] value = Value(keys.Lone, random.Next(30, 200));
        switch (random.Next(3))
        {
            case 0:
                commands.Add(Command([new Effect(keys.Counter.Index, EffectKind.Put)], "INCR", keys.Counter.Name));
                break;
            case 1:
                commands.Add(Command([new Effect(keys.Lone.Index, EffectKind.Put, value)], "SET", keys.Lone.Name, value));
                break;
            default:
                byte[] bytes = [.. Wire.Command("MULTI"), .. Wire.Command("SET", keys.Left.Name, value), .. Wire.Command("SET", keys.Right.Name, value), .. Wire.Command("EXEC")];
                StreamCommand pair = new($"MULTI SET left, right {Short(value)}", bytes) { Replies = 4 };
                pair.Add(new Effect(keys.Left.Index, EffectKind.Put, value), 0);
                pair.Add(new Effect(keys.Right.Index, EffectKind.Put, value), 1);
                commands.Add(pair);
                break;
        }
    }

    private StreamCommand Own(int connection, bool allowsJoint)
    {
        while (true)
        {
            int roll = random.Next(100);
            StreamCommand? made = roll switch
            {
                < 18 => Set(connection),
                < 34 => OfCollection(connection, allowsJoint),
                < 42 => Delete(connection),
                < 50 when allowsJoint => MultiSet(connection),
                < 62 when allowsJoint => Transaction(connection),
                < 70 when allowsJoint => TwoKeys(connection),
                < 80 => Edit(connection),
                < 90 => Expire(connection),
                < 92 => Count(connection),
                < 94 => Sketch(connection),
                < 97 => Plain("GET", Ascii(AnyKey(connection).Name)),
                _ => random.Next(3) == 0 ? Plain("DEBUG", "SYNC"u8.ToArray()) : Plain("BGREWRITEAOF"),
            };
            if (made is not null)
                return made;
        }
    }

    private StreamCommand Set(int connection)
    {
        StreamKey key = AnyKey(connection);
        byte[] value = Value(key, profile.NextSize(random));
        bool known = Knows(key);
        long ms = LongTime();
        return random.Next(known ? 12 : 6) switch
        {
            0 => Command([Soon(key, value, ms / 1000 * 1000)], "SET", key.Name, value, "EX", $"{ms / 1000}"),
            1 => Command([Soon(key, value, ms)], "PSETEX", key.Name, $"{ms}", value),
            2 => Command([Put(key, value, new KeyState(value, _madeMs + ms, _madeMs + ms))], "SET", key.Name, value, "PXAT", $"{_madeMs + ms}"),
            3 when random.Next(3) == 0 => Command([Soon(key, value, 20)], "SET", key.Name, value, "PX", "20"),
            6 => Command(_state[key.Index].Value is null ? [Put(key, value)] : [], "SET", key.Name, value, "NX"),
            7 => Command(_state[key.Index].Value is null ? [] : [Put(key, value)], "SET", key.Name, value, "XX", "GET"),
            8 => Command([Put(key, value, _state[key.Index])], "SET", key.Name, value, "KEEPTTL"),
            9 => Command(_state[key.Index].Value is null ? [Put(key, value)] : [], "SETNX", key.Name, value),
            10 => Command([Put(key, value)], "GETSET", key.Name, value),
            _ => Command([Put(key, value)], "SET", key.Name, value),
        };
    }

    private StreamCommand Delete(int connection)
    {
        StreamKey[] some = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => AnyKey(connection)).Distinct()];
        return Command([.. some.Select(k => new Effect(k.Index, EffectKind.Delete))], ["DEL", .. some.Select(k => k.Name)]);
    }

    private StreamCommand MultiSet(int connection)
    {
        StreamKey[] some = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => AnyKey(connection)).Distinct()];
        object[] pairs = [.. some.SelectMany(k => new object[] { k.Name, Value(k, profile.NextSize(random)) })];
        Effect[] effects = [.. some.Select((k, i) => Put(k, (byte[])pairs[i * 2 + 1]))];
        bool conditional = random.Next(3) == 0 && some.All(Knows);
        if (conditional && some.Any(k => _state[k.Index].Value is not null))
            effects = [];
        return Command(effects, [conditional ? "MSETNX" : "MSET", .. pairs]);
    }

    // MULTI to EXEC over both databases; values as large as the profile says, so that it may not fit into one segment.
    private StreamCommand Transaction(int connection)
    {
        int count = random.Next(2, 5), selected = _selected[connection];
        List<StreamCommand> parts = [];
        for (int i = 0; i < count; i++)
        {
            if (random.Next(4) == 0)
                Select(connection, 1 - selected % StreamKeys.OwnDatabases, parts);
            selected = _selected[connection];
            StreamKey key = AnyKey(connection);
            int size = profile.TransactionBytes == 0 ? profile.NextSize(random) : random.Next(profile.TransactionBytes / 3, profile.TransactionBytes);
            byte[] value = Value(key, size);
            parts.Add(random.Next(4) == 0 ? Delete(connection) : random.Next(3) == 0 && OfCollection(connection, allowsJoint: true) is { } part ? part : Command([Put(key, value)], "SET", key.Name, value));
        }
        _isSelectionDoubtful[connection] = parts.Exists(p => p.Text == "SELECT");
        StreamCommand all = new($"MULTI [{string.Join(", ", parts.Select(p => p.Text))}]",
            [.. Wire.Command("MULTI"), .. parts.SelectMany(p => p.Bytes), .. Wire.Command("EXEC")]) { Replies = parts.Count + 2 };
        for (int i = 0; i < parts.Count; i++)
        {
            foreach (Effect effect in parts[i].Effects)
                all.Add(effect, i);
        }
        return all;
    }

    private StreamCommand? TwoKeys(int connection)
    {
        StreamKey source = AnyKey(connection), target = AnyKey(connection);
        if (source == target || !Knows(source) || !Knows(target) || _state[source.Index].Value is null)
            return null;
        KeyState state = _state[source.Index];
        Effect put = Put(target, state.Value!, state), gone = new(source.Index, EffectKind.Delete);
        bool free = _state[target.Index].Value is null;
        StreamKey elsewhere = keys[1 - source.Database, source.Name];
        return random.Next(4) switch
        {
            0 => Command([put, gone], "RENAME", source.Name, target.Name),
            1 => Command(free ? [put, gone] : [], "RENAMENX", source.Name, target.Name),
            2 when Knows(elsewhere) => Command(_state[elsewhere.Index].Value is null ? [Put(elsewhere, state.Value!, state), gone] : [],
                "MOVE", source.Name, $"{elsewhere.Database}"),
            _ => Command([put], "COPY", source.Name, target.Name, "REPLACE"),
        };
    }

    // A key of the same type may take its place, or it be given an expiry, or deleted.
    private StreamCommand? OfCollection(int connection, bool allowsJoint)
    {
        char type = CollectionMaker.Types[random.Next(CollectionMaker.Types.Length)];
        StreamKey key = keys[_selected[connection], $"c{connection}:{type}0"], other = keys[_selected[connection], $"c{connection}:{type}1"];
        if (random.Next(3) == 0)
            (key, other) = (other, key);
        int roll = random.Next(20);
        if (roll == 0)
            return Command([new Effect(key.Index, EffectKind.Delete)], "DEL", key.Name);
        if (roll == 1)
            return Expire(key);
        bool known = Knows(key);
        if (roll == 2 && allowsJoint && known && Knows(other) && _state[key.Index].Value is { } value)
        {
            Effect put = Put(other, value, _state[key.Index]);
            return random.Next(2) == 0 ? Command([put], "COPY", key.Name, other.Name, "REPLACE")
                : Command([put, new Effect(key.Index, EffectKind.Delete)], "RENAME", key.Name, other.Name);
        }
        if (_collections.Make(key, _state[key.Index].Value, known) is not { } made)
            return null;
        StreamCommand command = new(made.Text, made.Bytes);
        Note(command, new Effect(key.Index, EffectKind.Edit) { Edit = made.Edit });
        return command;
    }

    private StreamCommand? Edit(int connection)
    {
        StreamKey key = AnyKey(connection);
        if (!Knows(key))
            return null;
        KeyState state = _state[key.Index];
        byte[] old = state.Value ?? [], more = Value(key, random.Next(1, 300));
        if (old.Length > 1_000_000)
            return null;
        if (random.Next(3) == 0)
            return Command(state.Value is null ? [] : [new Effect(key.Index, EffectKind.Delete)], "GETDEL", key.Name);
        int at = random.Next(2) == 0 ? old.Length : random.Next(old.Length + 100);
        byte[] edited = new byte[Math.Max(old.Length, at + more.Length)];
        old.CopyTo(edited, 0);
        more.CopyTo(edited, at);
        Effect put = Put(key, edited, state) with { IsPart = edited.Length > StringAccess.WholeMaxBytes };
        return at == old.Length ? Command([put], "APPEND", key.Name, more) : Command([put], "SETRANGE", key.Name, $"{at}", more);
    }

    private StreamCommand? Expire(int connection) => Expire(AnyKey(connection));

    private StreamCommand? Expire(StreamKey key)
    {
        if (!Knows(key))
            return null;
        bool there = _state[key.Index].Value is not null;
        long ms = LongTime();
        bool isString = !CollectionMaker.Types.Contains(CollectionMaker.TypeOf(key));
        Effect[] Only(Effect effect) => there ? [effect] : [];
        return random.Next(5) switch
        {
            0 => Command(Only(new Effect(key.Index, EffectKind.Expire, null, _madeMs + ms, _madeMs + ms + LateMs)), "PEXPIRE", key.Name, $"{ms}"),
            1 => Command(Only(new Effect(key.Index, EffectKind.Expire, null, _madeMs + ms, _madeMs + ms)), "PEXPIREAT", key.Name, $"{_madeMs + ms}"),
            2 when isString => Command(Only(new Effect(key.Index, EffectKind.Expire, null, _madeMs + ms / 1000 * 1000, _madeMs + ms / 1000 * 1000 + LateMs)), "GETEX", key.Name, "EX", $"{ms / 1000}"),
            3 => Command(Only(new Effect(key.Index, EffectKind.Delete)), "EXPIRE", key.Name, "-1"),
            _ => Command(there && _state[key.Index].ExpiryFrom >= 0 ? [new Effect(key.Index, EffectKind.Persist)] : [], "PERSIST", key.Name),
        };
    }

    private StreamCommand? Count(int connection)
    {
        StreamKey key = keys[_selected[connection], $"c{connection}:number"];
        if (!Knows(key))
            return null;
        long by = random.Next(-50, 1000);
        KeyState state = _state[key.Index];
        return Command([Put(key, Ascii(Judge.NumberOf(state) + by), state)], "INCRBY", key.Name, $"{by}");
    }

    private StreamCommand? Sketch(int connection)
    {
        StreamKey key = keys[_selected[connection], $"c{connection}:sketch"];
        if (!Knows(key))
            return null;
        KeyState state = _state[key.Index];
        if (random.Next(12) == 0)
            return Command([new Effect(key.Index, EffectKind.Delete)], "DEL", key.Name);
        if (random.Next(6) == 0)
        {
            byte[] dense = SketchMaker.Dense(random);
            return Command([Put(key, dense)], "SET", key.Name, dense);
        }
        string[] elements = [.. Enumerable.Range(0, random.Next(1, random.Next(6) == 0 ? 60 : 5)).Select(_ => $"e{random.Next(100_000)}")];
        byte[] added = SketchMaker.Add(state.Value, elements, out bool isPart);
        Effect[] effects = state.Value is not null && added.AsSpan().SequenceEqual(state.Value) ? [] : [Put(key, added, state) with { IsPart = isPart }];
        return Command(effects, ["PFADD", key.Name, .. elements]);
    }

    private StreamKey AnyKey(int connection) => keys[_selected[connection], $"c{connection}:s{random.Next(StreamKeys.OwnStrings)}"];

    // Whether what the key holds when the command runs can be told now.
    private bool Knows(StreamKey key) => !_state[key.Index].IsShortLived(_madeMs) && !(profile.IsPressed && _touched.Contains(key.Index));

    // With another key's expiry, or none.
    private static Effect Put(StreamKey key, byte[] value, KeyState expiry = default) =>
        new(key.Index, EffectKind.Put, value, expiry.Value is null ? -1 : expiry.ExpiryFrom, expiry.Value is null ? -1 : expiry.ExpiryTo);

    // With a time to live, which counts from when the server gets to it.
    private Effect Soon(StreamKey key, byte[] value, long ms) => new(key.Index, EffectKind.Put, value, _madeMs + ms, _madeMs + ms + LateMs);

    private StreamCommand Command(Effect[] effects, params object[] words)
    {
        StreamCommand command = new(string.Join(' ', words.Select(w => w is byte[] b ? Short(b) : w)), Wire.Command(words));
        foreach (Effect effect in effects)
            Note(command, effect);
        return command;
    }

    private void Note(StreamCommand command, Effect effect)
    {
        command.Add(effect);
        _state[effect.Key] = effect.Apply(_state[effect.Key]);
        _touched.Add(effect.Key);
    }

    // Far enough apart that one cannot be taken for another, and far beyond the end of any test.
    private long LongTime() => random.Next(1, 50) * 100_000_000L;

    private byte[] Value(StreamKey key, int bytes)
    {
        byte[] value = new byte[bytes];
        random.NextBytes(value);
        byte[] head = Encoding.ASCII.GetBytes($"{key}#{++_version}|");
        head.AsSpan(0, Math.Min(head.Length, bytes)).CopyTo(value);
        return value;
    }

    private static byte[] Ascii(object value) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{value}"));

    private static string Short(byte[] value) => new KeyState(value).ToString();
}
