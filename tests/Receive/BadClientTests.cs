using System.Net.Sockets;
using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>Clients that send nonsense, half of something, or do not listen: others are served, nothing is lost, room is given back.</summary>
public sealed class BadClientTests
{
    [Theory]
    [InlineData("$12x", "$2\r\nab\r\n")]
    [InlineData("$", "$2\r\nab\r\n")]
    [InlineData("$12x", "x\r\n")]
    [InlineData("$1x\r\n", "")]
    public void A_malformed_length_after_a_large_value_runs_nothing(string odd, string rest)
    {
        using PkvServer server = new();
        using (RespClient other = server.Connect())
        {
            foreach (string verb in (string[])["MSET", "DEL", "SET"])
            {
                using RespClient client = server.Connect();
                other.Call("SET", "key", "before");
                byte[] start = Encoding.Latin1.GetBytes($"*5\r\n${verb.Length}\r\n{verb}\r\n$3\r\nkey\r\n$2000\r\n{new string('v', 2000)}\r\n");
                Wire.SendInPieces(client, other, [.. start, .. Encoding.Latin1.GetBytes(odd)], 500, start.Length);
                Assert.Equal("$before", other.Call("GET", "key").ToString());
                client.SendRaw(Encoding.Latin1.GetBytes(rest));
                if (odd != "$")
                {
                    if (odd != "$1x\r\n")
                        client.SendRaw("\r\n"u8);
                    Assert.Equal("-ERR Protocol error: invalid bulk length", client.Read().ToString());
                    Assert.True(client.IsClosedByServer());
                }
                Assert.Equal("$before", other.Call("GET", "key").ToString());
            }
            other.Call("SET", "last", "written");
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("$before", again.Call("GET", "key").ToString());
        Assert.Equal("$written", again.Call("GET", "last").ToString());
    }

    [Theory]
    [InlineData("$-1\r\n")]
    [InlineData("$536870913\r\n")]
    [InlineData("$2000000000\r\n")]
    [InlineData("$99999999999999999999\r\n")]
    public void A_negative_or_huge_length_is_refused_at_once(string length)
    {
        using PkvServer server = new();
        foreach (string before in (string[])["*2\r\n$3\r\nGET\r\n", $"*3\r\n$3\r\nSET\r\n$2000\r\n{new string('k', 2000)}\r\n"])
        {
            using RespClient client = server.Connect(), other = server.Connect();
            byte[] bytes = Encoding.Latin1.GetBytes(before + length);
            Wire.SendInPieces(client, other, bytes, 30);
            Assert.Equal("-ERR Protocol error: invalid bulk length", client.Read().ToString());
            Assert.True(client.IsClosedByServer());
        }
    }

    [Fact]
    public void Vanished_clients_leave_no_hole()
    {
        using var server = PkvServer.InProcess("--pool-size", "256mb");
        using RespClient other = server.Connect();
        other.Call("SET", "key", "value");
        byte[][] halves =
        [
            Half(Wire.Command("SET", "k", Wire.Value(5_000_000, 1)), 100),
            Half(Wire.Command("SET", "k", Wire.Value(20_000, 1)), 19_000),
            Half(Wire.Command("SET", "k", Wire.Value(20_000, 1), "EX", "10"), 19_000),
            Half(Wire.Command("SET", "k", "short"), 12),
            Half(Wire.Command("SET", "k", Wire.Value(20_000_000, 1)), 30),
        ];
        for (int i = 0; i < 10_000; i++)
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect("127.0.0.1", server.Port);
            socket.Send(halves[i % halves.Length]);
            // A reset frees the port at once; every other client says goodbye.
            socket.LingerState = new LingerOption(i % 2 == 0, 0);
            // What a client has announced is reserved while it lives; the room is back soon after.
            if (i % 100 == 0)
                Wire.Eventually(() => other.Call("SET", "during", "x").ToString() == "+OK", "others find room");
        }
        Wire.Eventually(() => server.Host.State.Clients.Count == 1, "the vanished clients are noticed");
        Wire.Eventually(() => other.Call("SET", "after", new string('x', 3_000_000)).ToString() == "+OK", "there is room again");
        Assert.Equal("$value", other.Call("GET", "key").ToString());
        Wire.Eventually(() => server.Host.State.Pool.UsedSlots <= 12, () => $"room is given back: {string.Join("; ", server.Host.State.Pool.Snapshot().Select(s => $"{s.Slot}+{s.Slots} {s.State} r{s.Reservations} p{s.PromisedEntries} e{s.EntryCount} t{s.TombstoneBytes} pin{s.IsPinned}"))}");
        Assert.All(server.Host.State.Pool.Snapshot(), s => Assert.Equal(0, s.Reservations));
        Assert.All(server.Host.State.Pool.Snapshot(), s => Assert.Equal(0, s.PromisedEntries));
    }

    [Fact]
    public void A_client_that_never_reads_is_cut_at_the_output_limit_and_disturbs_nobody()
    {
        using var server = PkvServer.InProcess("--client-output-buffer-limit", "normal 8mb 0 0");
        using RespClient other = server.Connect();
        other.Call("SET", "large", new string('x', 100_000));
        other.Call("SET", "small", new string('x', 1000));
        using RespClient deaf = server.Connect();
        byte[] gets = [.. Enumerable.Repeat(Wire.Command("GET", "large"), 100).SelectMany(c => c), .. Enumerable.Repeat(Wire.Command("GET", "small"), 1000).SelectMany(c => c)];
        bool cut = false;
        for (int i = 0; i < 200 && !cut; i++)
        {
            try
            {
                deaf.SendRaw(gets);
            }
            catch (IOException)
            {
                cut = true;
            }
            Assert.Equal("+PONG", other.Call("PING").ToString());
        }
        Wire.Eventually(() => server.Host.State.Clients.Count == 1, "the deaf client is cut");
        Assert.Equal(1, server.Host.State.Threads[0].Counters.OutputLimitCloses);
        Assert.Equal(100_000, other.Call("GET", "large").Text.Length);
        Assert.All(server.Host.State.Pool.Snapshot(), s => Assert.False(s.IsPinned));
    }

    [Fact]
    public void What_a_slow_reader_was_promised_stays_as_it_was()
    {
        using PkvServer server = new();
        using RespClient slow = server.Connect(), other = server.Connect();
        byte[] value = Wire.Value(4_000_000, 1);
        other.SendRaw(Wire.Command("SET", "key", value));
        other.Read();
        for (int i = 0; i < 5; i++)
            slow.Send("GET", "key");
        Wire.Eventually(() => server.Host.State.Clients.Snapshot().Any(c => c.Output.Bytes > 10_000_000), "replies wait for the slow reader");
        // The value is overwritten, its segment has nothing live, and new ones take the room of dead ones.
        for (int i = 0; i < 40; i++)
        {
            other.SendRaw(Wire.Command("SET", "key", Wire.Value(4_000_000, i + 2)));
            Assert.Equal("+OK", other.Read().ToString());
        }
        for (int i = 0; i < 5; i++)
            Wire.AssertBulk(value, slow.Read());
    }

    [Fact]
    public void Ten_thousand_idle_connections_do_not_hinder_the_next_one()
    {
        // The limit on descriptors is the process's own, and each connection takes two of them here.
        int count = Math.Min(10_000, (Descriptors() - 500) / 2);
        using var server = PkvServer.InProcess("--maxclients", "20000");
        List<Socket> idle = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                socket.Connect("127.0.0.1", server.Port);
                if (i % 3 == 0)
                    socket.Send("*3\r\n$3\r\nSET\r\n"u8);
            }
            Wire.Eventually(() => server.Host.State.Clients.Count == count, $"{count} clients are connected ({server.Host.State.Clients.Count} are)");
            using RespClient client = server.Connect();
            for (int i = 0; i < 1000; i++)
                Assert.Equal("+OK", client.Call("SET", $"k{i}", "v").ToString());
            idle[0].Send("$1\r\na\r\n$1\r\nb\r\n"u8);
            Wire.Eventually(() => client.Call("GET", "a").Text == "b", "an idle client wakes up");
        }
        finally
        {
            idle.ForEach(s => s.Dispose());
        }
        Assert.True(count >= 1000, $"only {count} connections fit into this process's limit on open files");
    }

    private static int Descriptors() =>
        File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3] is var soft && int.TryParse(soft, out int n) ? n : 1_000_000;

    private static byte[] Half(byte[] command, int bytes) => command[..bytes];
}
