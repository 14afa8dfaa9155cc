using System.Globalization;
using System.Net.Sockets;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>What clients and data made the process take at their peak goes back to the system when they are gone.</summary>
public sealed class MemoryReturnTests
{
    private const long PeakKb = 96 * 1024, SlackKb = 40 * 1024;

    [Fact]
    public void Replies_that_nobody_read_cost_nothing_once_their_client_has_left()
    {
        using PkvServer server = PkvServer.Child();
        using RespClient other = server.Connect();
        other.Call("SET", "v", new string('x', 10_000));
        long before = AnonymousKb(server);
        using (RespClient client = server.Connect())
        {
            byte[] gets = [.. Enumerable.Repeat(RespClient.Encode("GET", "v"), 1000).SelectMany(c => c)];
            client.Socket.Blocking = false;
            int sent = 0;
            Wire.Eventually(() =>
            {
                if (client.Socket.Poll(0, SelectMode.SelectWrite))
                    sent = (sent + client.Socket.Send(gets.AsSpan(sent), SocketFlags.None, out _)) % gets.Length;
                return AnonymousKb(server) > before + PeakKb;
            }, "replies pile up");
        }
        Wire.Eventually(() => AnonymousKb(server) < before + SlackKb, () => $"{AnonymousKb(server)} KB are held, {before} were before");
        Assert.Equal("+PONG", other.Call("PING").ToString());
    }

    [Fact]
    public void Collections_that_were_deleted_leave_no_peak()
    {
        using PkvServer server = PkvServer.Child();
        using RespClient client = server.Connect();
        client.Call("SET", "first", "1");
        long before = AnonymousKb(server);
        for (int key = 0; AnonymousKb(server) < before + PeakKb; key++)
            client.Pipeline([.. Enumerable.Range(0, 100).Select(i => (string[])["SADD", $"set{key}", .. Enumerable.Range(i * 100, 100).Select(m => $"m{m}")])]);
        client.Call("FLUSHALL");
        Wire.Eventually(() => AnonymousKb(server) < before + SlackKb, () => $"{AnonymousKb(server)} KB are held, {before} were before");
    }

    private static long AnonymousKb(PkvServer server) =>
        long.Parse(File.ReadLines($"/proc/{server.Process.Id}/status").First(l => l.StartsWith("RssAnon", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
