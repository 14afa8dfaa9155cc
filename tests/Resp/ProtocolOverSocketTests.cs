using System.Net.Sockets;
using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Resp;

/// <summary>The payloads of the parser tests through a real connection, whole and in pieces, and compared with Redis.</summary>
public sealed class ProtocolOverSocketTests(PkvServer server, ReferenceRedis redis) : IClassFixture<PkvServer>, IClassFixture<ReferenceRedis>
{
    [Theory]
    [MemberData(nameof(RespPayloads.Valid), MemberType = typeof(RespPayloads))]
    public void A_command_cut_anywhere_is_answered_as_if_it_came_whole(string payload, string arguments)
    {
        _ = arguments;
        byte[] bytes = RespPayloads.Bytes(payload);
        using RespClient client = server.Connect();
        string whole = Answer(client, bytes, []);
        for (int cut = 1; cut < bytes.Length; cut++)
            Assert.Equal(whole, Answer(client, bytes, [cut]));
        Assert.Equal(whole, Answer(client, bytes, Enumerable.Range(1, bytes.Length - 1)));
    }

    [Theory]
    [MemberData(nameof(RespPayloads.Valid), MemberType = typeof(RespPayloads))]
    public void A_large_command_before_it_changes_nothing(string payload, string arguments)
    {
        _ = arguments;
        // The first command is received into space of its own; what follows it in the same bytes must still be run.
        string large = $"*5\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$5000\r\n{new string('v', 5000)}\r\n$2\r\nEX\r\n$3\r\n100\r\n";
        byte[] bytes = RespPayloads.Bytes(large + payload);
        using RespClient client = server.Connect();
        string alone = Answer(client, RespPayloads.Bytes(payload), []);
        Assert.Equal("+OK;" + alone, Answer(client, bytes, [100]));
        Assert.Equal("+OK;" + alone, Answer(client, bytes, [100, large.Length - 10]));
    }

    [RedisFact]
    public void Protocol_errors_are_those_of_Redis()
    {
        List<string> differences = [];
        foreach (TheoryDataRow<string, string> row in RespPayloads.Invalid)
        {
            string payload = row.Data.Item1;
            byte[] bytes = RespPayloads.Bytes(payload);
            string expected = Fate(redis.Connect(), bytes), actual = Fate(server.Connect(), bytes);
            if (expected != actual)
                differences.Add($"{payload[..Math.Min(20, payload.Length)]}: Redis {expected}, Pkv {actual}");
        }
        foreach (char c in "\u0001'\u00ff\n\r")
        {
            byte[] bytes = RespPayloads.Bytes($"*1\r\n{c}4\r\n");
            string expected = Fate(redis.Connect(), bytes), actual = Fate(server.Connect(), bytes);
            if (expected != actual)
                differences.Add($"got '\\x{(int)c:x2}': Redis {expected}, Pkv {actual}");
        }
        Assert.Empty(differences);
    }

    [RedisFact]
    public void Inline_commands_are_split_as_Redis_splits_them()
    {
        string[] lines =
        [
            "ECHO \"a b\"", "ECHO 'a b'", "ECHO a\"b\"", "ECHO \"\\x00\\xff\\xZZ\"", "ECHO \"\\", "ECHO 'it\\'s'", "ECHO \"a\"b", "ECHO 'a'b", "ECHO \"\"",
            "\tECHO\tx", "ECHO x ", "ECHO", "ECHO a b", "ECHO \\n", "ECHO \"\\n", "ECHO \u00e9", "ECHO a\u000bb",
        ];
        foreach (string line in lines)
        {
            byte[] bytes = RespPayloads.Bytes(line + "\r\n*1\r\n$4\r\nPING\r\n");
            Assert.Equal((line, Fate(redis.Connect(), bytes)), (line, Fate(server.Connect(), bytes)));
        }
    }

    // Sends the bytes, cut where told, and a PING behind; returns the replies before PONG.
    private static string Answer(RespClient client, byte[] bytes, IEnumerable<int> cuts)
    {
        int from = 0;
        foreach (int cut in cuts.Append(bytes.Length))
        {
            client.SendRaw(bytes.AsSpan(from, cut - from));
            from = cut;
        }
        client.Send("PING", "end");
        StringBuilder replies = new();
        for (RespNode reply = client.Read(); reply.Text != "end"; reply = client.Read())
            replies.Append(reply).Append(';');
        return replies.ToString();
    }

    // All that the server answers before it closes the connection, or before it waits for more.
    private static string Fate(RespClient client, byte[] bytes)
    {
        using (client)
        {
            client.SendRaw(bytes);
            client.Socket.Shutdown(SocketShutdown.Send);
            StringBuilder answer = new();
            byte[] buffer = new byte[4096];
            try
            {
                for (int n = client.Socket.Receive(buffer); n > 0; n = client.Socket.Receive(buffer))
                    answer.Append(Encoding.Latin1.GetString(buffer, 0, n));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // closed with bytes unread: as good as closed
            }
            return answer.ToString();
        }
    }
}
