using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Connections;

/// <summary>
/// Passwords that come in several receives, cut at every byte, between writes that are kept, and in commands too large for the
/// window they began in: no byte of them is found in the pool afterwards. The mapping is what the pool file holds.
/// </summary>
public sealed class SecretSplitTests : IDisposable
{
    private const string Secret = "qZ7xKw2vLm9tRb4nYc6pHd8s";
    private const int WaitMs = 10_000;

    private readonly PkvServer _server = PkvServer.InProcess("--requirepass", Secret, "--rename-command", "CONFIG SETTINGS");

    public void Dispose() => _server.Dispose();

    public static TheoryData<string, string[][]> Pipelines => new()
    {
        { "AUTH", [["AUTH", Secret]] },
        { "HELLO between writes", [["AUTH", Secret], ["SET", "a", "1"], ["HELLO", "2", "AUTH", "default", Secret], ["SET", "b", "2"]] },
        { "renamed, in MULTI", [["AUTH", Secret], ["MULTI"], ["SETTINGS", "SET", "requirepass", Secret], ["SET", "c", "3"], ["EXEC"]] },
        { "refused", [["AUTH", "default", Secret, "x"], ["CONFIG", "SET", "requirepass", Secret]] },
    };

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Leave_no_trace_wherever_they_are_cut(string name, string[][] commands)
    {
        byte[] bytes = [.. commands.SelectMany(c => RespClient.Encode(c))];
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            using RespClient client = _server.Connect();
            Send(client, bytes.AsSpan(0, cut));
            AssertAbsent($"{name}, the first {cut} bytes");
            Send(client, bytes.AsSpan(cut));
            AssertAbsent($"{name}, cut at {cut}");
        }
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(300_000)]
    [InlineData(3_000_000)]
    [InlineData(9_000_000)]
    public void Leave_no_trace_behind_a_large_argument(int bytes)
    {
        byte[] command = RespClient.Encode("SETTINGS", "SET", "save", new string('x', bytes), "requirepass", Secret, "masterauth", Secret + new string('y', bytes));
        using (RespClient client = _server.Connect())
        {
            client.Call("AUTH", Secret);
            Send(client, command);
            client.Read();
        }
        AssertAbsent("whole");
        // Cut behind the first password, so that what came before has to move, and may be given up.
        int cut = command.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Secret)) + Secret.Length + 3;
        using (RespClient client = _server.Connect())
        {
            client.Call("AUTH", Secret);
            Send(client, command.AsSpan(0, cut));
        }
        Assert.True(SpinWait.SpinUntil(() => _server.Host.State.Clients.Count == 0, WaitMs));
        Settle();
        AssertAbsent("given up");
    }

    [Fact]
    public void Are_not_in_the_file_after_a_stop_either()
    {
        using (RespClient client = _server.Connect())
        {
            client.Call("AUTH", Secret);
            client.Call("SETTINGS", "SET", "masterauth", Secret);
            client.Call("SET", "k", "v");
        }
        _server.Stop();
        Assert.True(File.ReadAllBytes(_server.PoolPath).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Secret[..12])) < 0);
    }

    private void Send(RespClient client, ReadOnlySpan<byte> bytes)
    {
        Pkv.Server.Net.IoThread thread = _server.Host.State.Threads[0];
        long wanted = Volatile.Read(ref thread.Counters.NetInputBytes) + bytes.Length;
        client.SendRaw(bytes);
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref thread.Counters.NetInputBytes) >= wanted, WaitMs));
        Settle();
    }

    // The turn that the server is in, and all before it, are over.
    private void Settle()
    {
        using ManualResetEventSlim done = new();
        _server.Host.State.Threads[0].Post(_ => done.Set());
        Assert.True(done.Wait(WaitMs));
    }

    private unsafe void AssertAbsent(string when)
    {
        Pkv.Persistence.Media.IMedium medium = _server.Host.State.Pool.Medium;
        byte[] part = Encoding.ASCII.GetBytes(Secret[..(Secret.Length / 2)]);
        int found = new ReadOnlySpan<byte>(medium.Base, (int)Math.Min(medium.BackedBytes, int.MaxValue)).IndexOf(part);
        Assert.True(found < 0, $"{when}: the password is in the pool, at byte {found}");
    }
}
