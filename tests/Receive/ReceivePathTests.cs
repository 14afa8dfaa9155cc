using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>
/// Values of every awkward size, in every kind of pieces, among other clients: what is stored is what was sent, before
/// and after recovery.
/// </summary>
public sealed class ReceivePathTests
{
    private static readonly int[] Sizes =
    [
        0, 1, 2, 7, 63, 64, 500, 980, 1000, 1023, 1024, 1025, 1100, 4095, 4096, 15 * 1024, 16 * 1024 - 40, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 17 * 1024,
        65535, 65536, 65600, 128 * 1024 - 40, 128 * 1024 - 1, 128 * 1024, 128 * 1024 + 1, 300_000, (4 << 20) - 4096, (4 << 20) - 64, 4 << 20, 5_000_000,
    ];

    [Fact]
    public void Values_of_every_size_arrive_whole_however_they_are_cut()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect(), other = server.Connect())
        {
            for (int i = 0; i < Sizes.Length; i++)
            {
                byte[] value = Wire.Value(Sizes[i], i);
                byte[] plain = Wire.Command("SET", $"plain{i}", value), timed = Wire.Command("SET", $"timed{i}", value, "EX", "1000");
                Wire.SendInPieces(client, other, plain, 20, plain.Length / 2, plain.Length - 1);
                Assert.Equal("+OK", client.Read().ToString());
                Wire.SendInPieces(client, other, timed, 40, timed.Length - 30, timed.Length - 20, timed.Length - 3);
                Assert.Equal("+OK", client.Read().ToString());
                byte[] setex = Wire.Command("SET", $"both{i}", value, "PX", "1000000");
                client.SendRaw([.. plain, .. setex, .. Wire.Command("GET", $"both{i}")]);
                Assert.Equal("+OK", client.Read().ToString());
                Assert.Equal("+OK", client.Read().ToString());
                Wire.AssertBulk(value, client.Read());
            }
            Check(client);
        }
        server.Restart();
        using RespClient again = server.Connect();
        Check(again);

        static void Check(RespClient client)
        {
            for (int i = 0; i < Sizes.Length; i++)
            {
                foreach (string kind in (string[])["plain", "timed", "both"])
                    Wire.AssertBulk(Wire.Value(Sizes[i], i), client.Call("GET", $"{kind}{i}"));
            }
        }
    }

    [Fact]
    public void Pieces_of_many_clients_do_not_mix_and_take_no_more_room_than_they_need()
    {
        const int clients = 48, bytes = 10_000;
        using PkvServer server = new();
        RespClient[] all = [.. Enumerable.Range(0, clients).Select(_ => server.Connect())];
        byte[][] commands = [.. Enumerable.Range(0, clients).Select(i => Wire.Command("SET", $"k{i}", Wire.Value(bytes, i), "EX", "1000"))];
        using RespClient other = server.Connect();
        for (int part = 0; part < 5; part++)
        {
            for (int i = 0; i < clients; i++)
                all[i].SendRaw(commands[i].AsSpan(commands[i].Length * part / 5, commands[i].Length * (part + 1) / 5 - commands[i].Length * part / 5));
            other.Call("PING");
        }
        for (int i = 0; i < clients; i++)
            Assert.Equal("+OK", all[i].Read().ToString());
        for (int i = 0; i < clients; i++)
            Wire.AssertBulk(Wire.Value(bytes, i), other.Call("GET", $"k{i}"));
        Assert.InRange(server.Host.State.Pool.UsedSlots, 1, 4);
        foreach (RespClient client in all)
            client.Dispose();
    }

    [Theory]
    [InlineData(3, 2000)]
    [InlineData(5, 200_000)]
    [InlineData(4, 3_000_000)]
    [InlineData(3, 6_000_000)]
    public void MSET_of_several_large_values_arrives_whole_among_others(int count, int bytes)
    {
        using PkvServer server = new();
        using RespClient client = server.Connect(), other = server.Connect();
        object[] arguments = ["MSET", .. Enumerable.Range(0, count).SelectMany(i => new object[] { $"m{i}", Wire.Value(bytes, i) })];
        byte[] command = Wire.Command(arguments);
        for (int from = 0, piece = 0; from < command.Length; from += piece)
        {
            piece = Math.Min(command.Length - from, Math.Max(700, bytes / 3));
            client.SendRaw(command.AsSpan(from, piece));
            Assert.Equal("+OK", other.Call("SET", $"o{from}", "x").ToString());
        }
        Assert.Equal("+OK", client.Read().ToString());
        for (int i = 0; i < count; i++)
            Wire.AssertBulk(Wire.Value(bytes, i), client.Call("GET", $"m{i}"));
    }

    [Fact]
    public void A_pipeline_of_everything_is_answered_in_order()
    {
        using PkvServer server = new();
        using RespClient client = server.Connect(), other = server.Connect();
        Random random = new(7);
        for (int round = 0; round < 30; round++)
        {
            using MemoryStream bytes = new();
            List<string> expected = [];
            for (int i = 0; i < 60; i++)
            {
                int size = random.Next(5) switch { 0 => random.Next(200_000), 1 => random.Next(3000), _ => random.Next(50) };
                string key = $"k{random.Next(10)}";
                switch (random.Next(5))
                {
                    case 0:
                        bytes.Write(Wire.Command("NOSUCH", Wire.Value(size, i)));
                        expected.Add("-");
                        break;
                    case 1:
                        bytes.Write(Wire.Command("DEL", key, "none"));
                        expected.Add(":");
                        break;
                    case 2:
                        bytes.Write("GET\r\nSET inline \"a b\"\r\nGET inline\r\n"u8);
                        expected.AddRange(["-", "+OK", "$a b"]);
                        break;
                    default:
                        bytes.Write(Wire.Command("SET", key, Wire.Value(size, i)));
                        bytes.Write(Wire.Command("GET", key));
                        expected.AddRange(["+OK", "$" + Encoding.Latin1.GetString(Wire.Value(size, i))]);
                        break;
                }
            }
            byte[] all = bytes.ToArray();
            Random cuts = new(round);
            Thread sending = new(() => Wire.SendInPieces(client, other, all, [.. Enumerable.Range(0, cuts.Next(8)).Select(_ => cuts.Next(all.Length))]));
            sending.Start();
            foreach (string reply in expected)
            {
                string actual = client.Read().ToString();
                Assert.True(reply.Length == 1 ? actual[0] == reply[0] : actual == reply, $"round {round}: {reply[..Math.Min(30, reply.Length)]} but {actual[..Math.Min(80, actual.Length)]}");
            }
            sending.Join();
        }
    }

    [Fact]
    public void A_large_value_is_not_moved()
    {
        using PkvServer server = new();
        using RespClient client = server.Connect();
        byte[] command = Wire.Command("SET", "k", Wire.Value(64 * 1024, 1));
        const int count = 500;
        for (int i = 0; i < 10; i++)
        {
            client.SendRaw(command);
            client.Read();
        }
        long before = server.Host.State.Threads[0].Context.Recorder.BytesMoved;
        for (int i = 0; i < count; i++)
        {
            client.SendRaw(command);
            Assert.Equal("+OK", client.Read().ToString());
        }
        Assert.InRange((server.Host.State.Threads[0].Context.Recorder.BytesMoved - before) / count, 0, 1023);
    }

    [Fact]
    public void An_inline_command_is_stored_like_any_other()
    {
        using PkvServer server = new();
        using (RespClient client = server.Connect())
        {
            client.SendRaw("SET key value\r\nSET \"other key\" \"a\\nb\" EX 1000\r\nGET key\r\n"u8);
            Assert.Equal("+OK", client.Read().ToString());
            Assert.Equal("+OK", client.Read().ToString());
            Assert.Equal("$value", client.Read().ToString());
            Assert.Equal("$a\nb", client.Call("GET", "other key").ToString());
        }
        server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal("$value", again.Call("GET", "key").ToString());
        Assert.Equal("$a\nb", again.Call("GET", "other key").ToString());
    }
}
