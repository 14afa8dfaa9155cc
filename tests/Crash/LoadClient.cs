using System.Globalization;
using System.Text;
using Pkv.Tests.Receive;
using Pkv.Tests.Support;

namespace Pkv.Tests.Crash;

/// <summary>
/// One client that pipelines writes to keys of its own until its server dies, and remembers for each key what was sent
/// and what was acknowledged. Values say whose they are, which version, how long, and carry their sum.
/// </summary>
internal sealed class LoadClient(int number, int seed)
{
    private const int Keys = 40;
    private const int MaxValueBytes = 300_000;

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, History> _keys = [];
    private long _counterSent, _counterAcknowledged, _pairSent, _pairAcknowledged;
    private int _version;

    /// <summary>Writes acknowledged so far, in all lives of the server.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Runs until the connection breaks.</summary>
    public void Run(int port)
    {
        try
        {
            using RespClient client = new(port);
            while (true)
                RunBatch(client);
        }
        catch (Exception e) when (e is IOException or EndOfStreamException or System.Net.Sockets.SocketException)
        {
            // the server was killed
        }
    }

    /// <summary>Compares what a restarted server has with what it must have. Returns what is wrong.</summary>
    public List<string> Verify(RespClient client)
    {
        List<string> wrong = [];
        foreach ((string key, History history) in _keys)
        {
            RespNode reply = client.Call("GET", key);
            int version = reply.IsNull ? 0 : VersionOf(reply.Bytes, key);
            if (version < 0)
                wrong.Add($"{key}: torn value of {reply.Text.Length} bytes");
            else if (!history.Allows(version))
                wrong.Add($"{key}: version {version}, but {history}");
            history.Settle(version);
        }
        Check(client, wrong, $"counter{number}", ref _counterSent, ref _counterAcknowledged);
        long left = Number(client, $"left{number}"), right = Number(client, $"right{number}"), both = Number(client, $"both{number}");
        if (left != right || left != both)
            wrong.Add($"transaction half done: {left} {right} {both}");
        Check(client, wrong, $"both{number}", ref _pairSent, ref _pairAcknowledged);
        return wrong;
    }

    private static void Check(RespClient client, List<string> wrong, string key, ref long sent, ref long acknowledged)
    {
        long value = Number(client, key);
        if (value < acknowledged || value > sent)
            wrong.Add($"{key} is {value}: {acknowledged} acknowledged, {sent} sent");
        sent = acknowledged = value;
    }

    private static long Number(RespClient client, string key) =>
        client.Call("GET", key) is { IsNull: false } reply ? long.Parse(reply.Text, CultureInfo.InvariantCulture) : 0;

    private void RunBatch(RespClient client)
    {
        List<Action> acknowledgements = [];
        using MemoryStream bytes = new();
        int count = _random.Next(1, 12);
        for (int i = 0; i < count; i++)
            AddCommand(bytes, acknowledgements);
        byte[] all = bytes.ToArray();
        Thread sending = new(() =>
        {
            try
            {
                client.SendRaw(all);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // the reader sees it too
            }
        });
        sending.Start();
        try
        {
            foreach (Action acknowledge in acknowledgements)
            {
                RespNode reply = client.Read();
                if (reply.IsError)
                    throw new InvalidDataException($"the server answers {reply}");
                acknowledge();
            }
        }
        finally
        {
            sending.Join();
        }
    }

    private void AddCommand(MemoryStream bytes, List<Action> acknowledgements)
    {
        switch (_random.Next(10))
        {
            case 0:
                History deleted = HistoryOf(NextKey(out string key));
                deleted.Send(0);
                bytes.Write(Wire.Command("DEL", key));
                acknowledgements.Add(() => Acknowledge(deleted));
                break;
            case 1:
                _counterSent++;
                bytes.Write(Wire.Command("INCR", $"counter{number}"));
                acknowledgements.Add(() => _counterAcknowledged++);
                break;
            case 2:
                _pairSent++;
                bytes.Write([.. Wire.Command("MULTI"), .. Wire.Command("INCR", $"left{number}"), .. Wire.Command("INCR", $"right{number}"),
                    .. Wire.Command("INCR", $"both{number}"), .. Wire.Command("EXEC")]);
                acknowledgements.AddRange([Nothing, Nothing, Nothing, Nothing, () => _pairAcknowledged++]);
                break;
            case 3:
                History one = HistoryOf(NextKey(out string a)), two = HistoryOf(NextKey(out string b));
                if (a == b)
                    goto default;
                bytes.Write(Wire.Command("MSET", a, NextValue(a, one), b, NextValue(b, two)));
                acknowledgements.Add(() => { Acknowledge(one); Acknowledge(two); });
                break;
            default:
                History history = HistoryOf(NextKey(out string name));
                byte[] value = NextValue(name, history);
                bytes.Write(_random.Next(4) == 0 ? Wire.Command("SET", name, value, "EX", "100000") : Wire.Command("SET", name, value));
                acknowledgements.Add(() => Acknowledge(history));
                break;
        }

        static void Nothing()
        {
        }
    }

    private void Acknowledge(History history)
    {
        history.Acknowledge();
        Acknowledged++;
    }

    private string NextKey(out string key) => key = $"client{number}:{_random.Next(Keys)}";

    private History HistoryOf(string key) => _keys.TryGetValue(key, out History? history) ? history : _keys[key] = new History();

    private byte[] NextValue(string key, History history)
    {
        int version = ++_version;
        history.Send(version);
        int length = _random.Next(6) == 0 ? _random.Next(MaxValueBytes) : _random.Next(600);
        byte[] body = Wire.Value(length, version);
        byte[] head = Encoding.Latin1.GetBytes($"{key} {version} {length} {Sum(body):x16}|");
        return [.. head, .. body];
    }

    // The version that a value says it is, or -1 when it is not whole.
    private static int VersionOf(byte[] value, string key)
    {
        int end = Array.IndexOf(value, (byte)'|');
        string[] head = end < 0 ? [] : Encoding.Latin1.GetString(value, 0, end).Split(' ');
        if (head.Length != 4 || head[0] != key || !int.TryParse(head[1], out int version) || $"{value.Length - end - 1}" != head[2])
            return -1;
        return $"{Sum(value.AsSpan(end + 1)):x16}" == head[3] ? version : -1;
    }

    private static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 14695981039346656037;
        foreach (byte b in bytes)
            sum = (sum ^ b) * 1099511628211;
        return sum;
    }

    /// <summary>Versions sent to a key and not known to be overwritten: the last acknowledged one, and all behind it.</summary>
    private sealed class History
    {
        private readonly List<int> _possible = [0];
        private int _acknowledged;

        public void Send(int version) => _possible.Add(version);

        // Replies come in order: the next one sent is the one that is acknowledged.
        public void Acknowledge() => _acknowledged++;

        public bool Allows(int version) => _possible.IndexOf(version, _acknowledged) >= 0;

        public void Settle(int version)
        {
            _possible.Clear();
            _possible.Add(version);
            _acknowledged = 0;
        }

        public override string ToString() => $"{_acknowledged} of [{string.Join(' ', _possible)}] are acknowledged";
    }
}
