using System.Globalization;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Cleaning;

/// <summary>
/// Strings of pieces in a small pool that is written over many times: the cleaner moves what lives of them, piece by piece, and what
/// they were before, or what the key held before that, never comes back: not while cleaning, not after a restart.
/// </summary>
[Collection("Crash")]
public sealed class StringChurnTests
{
    private const long FarMs = 4_000_000_000_000;

    [Theory]
    [InlineData(1, "1", "dram", "everysec")]
    [InlineData(2, "2", "dram", "everysec")]
    [InlineData(3, "1", "file", "everysec")]
    [InlineData(4, "1", "file", "always")]
    public void A_pool_of_strings_changed_in_part_keeps_its_data(int seed, string threads, string medium, string fsync)
    {
        string folder = medium == "dram" ? "/dev/shm" : AppContext.BaseDirectory;
        using PkvServer server = PkvServer.In(folder, isChild: false, "--pool-size", threads == "1" ? "66mb" : "130mb", "--io-threads", threads, "--appendfsync", fsync);
        Model model = new(seed);
        long until = 0, moved = 0;
        for (int round = 0; round < 4; round++)
        {
            using (RespClient a = server.Connect(), b = server.Connect())
            {
                for (until += 40 << 20; model.BytesLogged < until;)
                    model.Run(model.BytesLogged % 2 == 0 ? a : b, 200);
                model.Check(b);
                moved += ChurnTests.Info(a, "cleaner_records_moved");
                Assert.Equal(0, ChurnTests.Info(a, "cleaner_segments_damaged"));
            }
            server.Restart();
            using RespClient again = server.Connect();
            model.Check(again);
        }
        Assert.True(moved > 0 || threads != "1", "nothing was moved");
    }

    [Fact]
    public void What_was_edited_stays_raw_when_it_is_moved_and_until_the_next_start()
    {
        string[] keys = ["edited", "edited and expiring", "plain", "plain and expiring"];
        using PkvServer server = PkvServer.InProcess("--pool-size", "64mb", "--io-threads", "1", "--enable-debug-command", "yes");
        using RespClient client = server.Connect();
        client.Pipeline([.. keys.Select(key => new[] { "SET", key, "abc" })]);
        client.Pipeline([["APPEND", keys[0], "d"], ["EXPIRE", keys[1], "10000"], ["SETRANGE", keys[1], "0", "d"], ["SETEX", keys[3], "10000", "abc"]]);
        string Place(string key) => client.Call("DEBUG", "OBJECT", key).Text.Split(' ')[1];
        string[] places = [.. keys.Select(Place)], encodings = ["raw", "raw", "embstr", "embstr"];
        Receive.Wire.Eventually(() =>
        {
            // What EXEC runs is copied to the segment that the edited values are in.
            string[] set = ["SET", "junk", new string('j', 500_000)];
            for (int i = 0; i < 10; i++)
                client.Pipeline([set, ["MULTI"], set, ["EXEC"]]);
            client.Call("BGREWRITEAOF");
            return keys.Zip(places).All(key => Place(key.First) != key.Second);
        }, () => "all four are moved");
        Assert.Equal(encodings, keys.Select(key => client.Call("OBJECT", "ENCODING", key).Text));
        server.Restart();
        using RespClient again = server.Connect();
        Assert.All(keys, key => Assert.Equal("embstr", again.Call("OBJECT", "ENCODING", key).Text));
    }

    [Fact]
    public void A_large_value_that_was_half_written_over_gives_its_room_back()
    {
        const int valueBytes = 40 << 20, partBytes = 1 << 20, parts = 24;
        using PkvServer server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient client = server.Connect();
        client.Call("SET", "large", new string('v', valueBytes));
        string part = new('p', partBytes);
        for (int i = 0; i < parts; i++)
            Assert.Equal(valueBytes, client.Call("SETRANGE", "large", Number(i * (long)partBytes), part).Integer);
        // Nobody has anything open that the value is in.
        for (int i = 0; i < 12; i++)
            client.Call("SET", "junk", new string('j', 2_000_000));
        long before = ChurnTests.Info(client, "pool_slots_used");
        Receive.Wire.Eventually(() =>
        {
            client.Call("BGREWRITEAOF");
            return ChurnTests.Info(client, "pool_slots_used") <= before - 5;
        }, () => $"space is given back: {before} slots before, {client.Call("INFO", "persistence").Text}");
        for (int life = 0; life < 2; life++)
        {
            using RespClient again = server.Connect();
            string value = again.Call("GET", "large").Text;
            Assert.Equal(valueBytes, value.Length);
            Assert.Equal(parts * (long)partBytes, value.AsSpan().IndexOf('v'));
            Assert.True(value.AsSpan(0, parts * partBytes).IndexOfAnyExcept('p') < 0);
            Assert.True(value.AsSpan(parts * partBytes).IndexOfAnyExcept('v') < 0);
            server.Restart();
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private sealed class Model(int seed)
    {
        private const int Keys = 60, MaxBytes = 250_000;

        private readonly Random _random = new(seed);
        private readonly Dictionary<string, (byte[] Value, long ExpiryMs)> _data = [];

        /// <summary>Bytes that the commands brought, with what records need around them.</summary>
        public long BytesLogged { get; private set; }

        public void Run(RespClient client, int commands)
        {
            List<string[]> batch = [.. Enumerable.Range(0, commands).Select(_ => Next())];
            IReadOnlyList<RespNode> replies = client.Pipeline(batch);
            for (int i = 0; i < replies.Count; i++)
                Assert.False(replies[i].IsError, $"seed {seed}: {string.Join(' ', batch[i].Take(2))}: {replies[i]}\n{(replies[i].IsError ? client.Call("INFO", "persistence").Text : "")}");
            BytesLogged += batch.Sum(c => c.Sum(a => a.Length) + 60L);
        }

        public void Check(RespClient client)
        {
            Assert.Equal(_data.Count, client.Call("DBSIZE").Integer);
            foreach ((string key, (byte[] value, long expiryMs)) in _data)
            {
                string found = client.Call("GET", key).Text;
                Assert.Equal(value.Length, found.Length);
                int same = 0;
                while (same < value.Length && found[same] == value[same])
                    same++;
                Assert.True(same == value.Length, $"seed {seed}: {key} of {value.Length} bytes differs from byte {same} on");
                Assert.Equal(expiryMs, client.Call("PEXPIRETIME", key).Integer);
            }
        }

        private string[] Next()
        {
            string key = $"key:{_random.Next(Keys)}";
            (byte[] value, long expiryMs) = _data.GetValueOrDefault(key, ([], -1));
            int roll = _random.Next(1000);
            if (roll < 6 || value.Length > MaxBytes)
            {
                byte[] set = Draw(_random.Next(3) == 0 ? _random.Next(MaxBytes) : _random.Next(3000));
                _data[key] = (set, -1);
                return ["SET", key, Text(set)];
            }
            if (roll < 8)
            {
                _data.Remove(key);
                return ["DEL", key];
            }
            if (roll < 12 && _data.ContainsKey(key))
            {
                long ms = FarMs + _random.Next(1000);
                _data[key] = (value, roll < 10 ? ms : -1);
                return roll < 10 ? ["PEXPIREAT", key, Number(ms)] : ["PERSIST", key];
            }
            if (roll < 14 && value.Length > 0)
            {
                string other = $"key:{_random.Next(Keys)}";
                if (other != key)
                {
                    _data[other] = (value, expiryMs);
                    BytesLogged += value.Length;
                    return ["COPY", key, other, "REPLACE"];
                }
            }
            byte[] part = Draw(_random.Next(4) switch { 0 => _random.Next(1, 3000), 1 => _random.Next(1, 200), _ => 1 });
            int offset = roll < 150 ? value.Length : _random.Next(Math.Max(1, value.Length) + 100);
            byte[] changed = new byte[Math.Max(value.Length, offset + part.Length)];
            value.CopyTo(changed, 0);
            part.CopyTo(changed, offset);
            _data[key] = (changed, expiryMs);
            return offset == value.Length ? ["APPEND", key, Text(part)] : ["SETRANGE", key, Number(offset), Text(part)];
        }

        private byte[] Draw(int length)
        {
            byte[] bytes = new byte[length];
            _random.NextBytes(bytes);
            return bytes;
        }

        private static string Text(byte[] bytes) => System.Text.Encoding.Latin1.GetString(bytes);
    }
}
