using System.Net;
using System.Net.Sockets;
using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.LimitServer;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed class LimitListenerTests : IDisposable
{
    private const int ValueBytes = 5000;
    private readonly LimitListener _listener = new(port: 0, ValueBytes, receiveBytes: 4096, areaBytes: 3 * 4096);
    private readonly Thread _thread;

    public LimitListenerTests()
    {
        _thread = new Thread(_listener.Run);
        _thread.Start();
    }

    public void Dispose()
    {
        _listener.Stop();
        _thread.Join();
        _listener.Dispose();
    }

    [Fact]
    public void Answers_one_reply_per_command_wherever_requests_are_split()
    {
        byte[] request = BenchHelpers.Ascii(BenchHelpers.Command("SET", "key", "value") + BenchHelpers.Command("GET", "key"));
        using Socket socket = Connect();
        byte[] reply = new byte[ExpectedBytes("+OK\r\n".Length, gets: 1)];
        for (int split = 1; split < request.Length; split++)
        {
            socket.Send(request.AsSpan(0, split));
            Thread.Yield();
            socket.Send(request.AsSpan(split));
            ReceiveExactly(socket, reply);
            Assert.StartsWith("+OK\r\n$5000\r\n000000000000", Encoding.ASCII.GetString(reply));
            Assert.EndsWith("\r\n", Encoding.ASCII.GetString(reply));
        }
    }

    [Fact]
    public async Task Owed_replies_survive_a_reader_that_is_late()
    {
        const int Gets = 4000; // 20 MB of replies: far beyond the socket buffers
        using Socket socket = Connect();
        byte[] request = BenchHelpers.Ascii(string.Concat(Enumerable.Repeat(BenchHelpers.Command("GET", "key"), Gets)));
        Task sending = Task.Run(() => socket.Send(request));
        await Task.Delay(50, TestContext.Current.CancellationToken); // long enough for the buffers to fill; too short would only test less
        byte[] replies = new byte[ExpectedBytes(0, Gets)];
        ReceiveExactly(socket, replies);
        await sending;
        int replyBytes = replies.Length / Gets;
        for (int i = 1; i < Gets; i++) Assert.True(replies.AsSpan(0, replyBytes).SequenceEqual(replies.AsSpan(i * replyBytes, replyBytes)));
    }

    [Fact]
    public void A_client_that_speaks_no_resp_is_cut_off_and_others_are_not()
    {
        using Socket good = Connect();
        using (Socket bad = Connect())
        {
            bad.Send("GET / HTTP/1.1\r\n\r\n"u8);
            Assert.Equal(0, bad.Receive(new byte[16]));
        }
        good.Send(BenchHelpers.Ascii(BenchHelpers.Command("SET", "k", "v")));
        byte[] reply = new byte[5];
        ReceiveExactly(good, reply);
        Assert.Equal("+OK\r\n", Encoding.ASCII.GetString(reply));
    }

    [Theory]
    [InlineData("Set", 1)]
    [InlineData("Set", 32)]
    [InlineData("Get", 32)]
    [InlineData("Mixed", 5)]
    public void The_load_client_runs_against_it_and_validates_every_reply(string verb, int pipeline)
    {
        Workload workload = new(Enum.Parse<Verb>(verb), ValueBytes, pipeline, 3, 100, 50, EchoesKeys: false);
        using LoadClient client = new(_listener.Port, workload, spins: false, seed: 3);
        LoadResult result = client.Run(1001, TimeSpan.FromSeconds(30));
        Assert.Equal(1001, result.Operations);
        Assert.True(result.P50Ns > 0 && result.P50Ns <= result.P99Ns && result.P99Ns <= result.P999Ns);
    }

    // 2,000 batches a second for a tenth of a second, in time or late; and a thousand that are due within a millisecond,
    // which no server keeps up with: none is left out.
    [Theory]
    [InlineData(16, 32_000, 0.1, 3200)]
    [InlineData(10, 10_000_000, 0.001, 10_000)]
    public void At_a_fixed_rate_all_that_is_due_is_sent(int pipeline, double rate, double seconds, long operations)
    {
        Workload workload = new(Verb.Set, ValueBytes, pipeline, 3, 100, 50, EchoesKeys: false);
        using LoadClient client = new(_listener.Port, workload, spins: false, seed: 3);
        LoadResult result = client.RunAtRate(rate, TimeSpan.FromSeconds(seconds));
        Assert.Equal(operations, result.Operations);
        Assert.True(result.P50Ns > 0 && result.P999Ns <= result.MaxNs);
        Assert.Equal(1001, client.Run(1001, TimeSpan.FromSeconds(30)).Operations);
    }

    [Fact]
    public void A_server_with_the_wrong_values_fails_the_run()
    {
        Workload workload = new(Verb.Get, ValueBytes, 4, 1, 100_000);
        using LoadClient client = new(_listener.Port, workload, spins: false, seed: 3);
        Assert.Throws<BadReplyException>(() => client.Run(1000, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void The_load_client_allocates_nothing_while_it_runs()
    {
        Workload workload = new(Verb.Mixed, ValueBytes, 16, 2, 1000, 50, EchoesKeys: false);
        using LoadClient client = new(_listener.Port, workload, spins: false, seed: 3);
        client.Run(2_000, TimeSpan.FromSeconds(30));
        const int Results = 512;
        long allocated = AllocatedBytes.Least(() =>
        {
            client.Run(20_000, TimeSpan.FromSeconds(30));
            client.RunAtRate(1e6, TimeSpan.FromSeconds(0.02));
        }, Results);
        Assert.InRange(allocated, 0, Results);
    }

    private static int ExpectedBytes(int other, int gets) => other + gets * ("$5000\r\n".Length + ValueBytes + 2);

    private static void ReceiveExactly(Socket socket, byte[] target)
    {
        for (int done = 0; done < target.Length;)
        {
            int received = socket.Receive(target.AsSpan(done));
            Assert.NotEqual(0, received);
            done += received;
        }
    }

    private Socket Connect()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 20_000 };
        socket.Connect(IPAddress.Loopback, _listener.Port);
        return socket;
    }
}
