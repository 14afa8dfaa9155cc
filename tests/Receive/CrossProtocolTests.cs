using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>An HTTP request, as a web page makes a browser send one to this machine, runs nothing: the connection ends at its first lines.</summary>
public sealed class CrossProtocolTests
{
    private const string Body = "SET hacked by-a-page\r\n";

    private static readonly string s_post =
        $"POST / HTTP/1.1\r\nHost: 127.0.0.1:6379\r\nOrigin: http://evil.example\r\nContent-Type: text/plain\r\nContent-Length: {Body.Length}\r\n\r\n{Body}";

    [Theory]
    [InlineData("POST / HTTP/1.1\r\n")]
    [InlineData("post\r\n")]
    [InlineData("Host: 127.0.0.1:6379\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHOST: localhost\r\n")]
    [InlineData("PUT / HTTP/1.1\r\nhost: localhost\r\n")]
    [InlineData("*1\r\n$4\r\nPOST\r\n")]
    [InlineData("*2\r\n$5\r\nhost:\r\n$1\r\nx\r\n")]
    [InlineData("PING\r\nPOST / HTTP/1.1\r\n")]
    [InlineData("MULTI\r\nSET hacked queued\r\nPOST / HTTP/1.1\r\n")]
    public void The_connection_ends_before_what_follows(string request)
    {
        using PkvServer server = new();
        Assert.DoesNotContain("+OK\r\n+OK", Send(server, request + Body + "EXEC\r\n" + Body), StringComparison.Ordinal);
        using RespClient other = server.Connect();
        Assert.Equal(":0", other.Call("EXISTS", "hacked").ToString());
    }

    [Fact]
    public void It_ends_wherever_the_request_is_cut()
    {
        using PkvServer server = new();
        using RespClient other = server.Connect();
        byte[] bytes = Encoding.Latin1.GetBytes(s_post);
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            using RespClient client = server.Connect();
            client.SendRaw(bytes.AsSpan(0, cut));
            other.Call("PING");
            try
            {
                client.SendRaw(bytes.AsSpan(cut));
            }
            catch (IOException)
            {
                // It was closed at the first part.
            }
            Assert.True(IsClosed(client), $"cut at {cut}");
            Assert.Equal(":0", other.Call("EXISTS", "hacked").ToString());
        }
    }

    [Fact]
    public void It_ends_behind_a_command_that_waited()
    {
        using PkvServer server = new();
        using RespClient other = server.Connect();
        using RespClient client = server.Connect();
        client.SendRaw(Encoding.Latin1.GetBytes("BLPOP list 0\r\n" + s_post));
        Wire.Eventually(() => other.Call("INFO", "clients").Text.Contains("blocked_clients:1\r\n", StringComparison.Ordinal), "the client waits");
        other.Call("RPUSH", "list", "x");
        Assert.Equal(2, client.Read().Items.Count);
        Assert.True(IsClosed(client));
        Assert.Equal(":0", other.Call("EXISTS", "hacked").ToString());
    }

    [Fact]
    public void The_log_says_so_once()
    {
        using PkvServer server = PkvServer.Child();
        for (int i = 0; i < 3; i++)
            Send(server, s_post);
        Wire.Eventually(() => server.Output.Contains("Possible SECURITY ATTACK detected", StringComparison.Ordinal), "the warning is logged");
        server.Stop();
        Assert.Equal(2, server.Output.Split("Possible SECURITY ATTACK detected").Length);
    }

    private static string Send(PkvServer server, string request)
    {
        using RespClient client = server.Connect();
        client.SendRaw(Encoding.Latin1.GetBytes(request));
        StringBuilder answer = new();
        byte[] buffer = new byte[4096];
        try
        {
            for (int read; (read = client.Socket.Receive(buffer)) > 0;)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Reset, since not all was read that had been sent.
        }
        return answer.ToString();
    }

    private static bool IsClosed(RespClient client)
    {
        try
        {
            return client.IsClosedByServer();
        }
        catch (IOException)
        {
            return true;
        }
    }
}
