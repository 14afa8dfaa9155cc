using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Connections;

/// <summary>However a password reaches the server, no byte of it is found in the pool afterwards, nor in SLOWLOG and MONITOR.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Secret = "qZ7xKw2vLm9tRb4nYc6pHd8s";
    private const int WaitMs = 10_000;

    private readonly PkvServer _server = PkvServer.InProcess("--requirepass", Secret, "--slowlog-log-slower-than", "0");

    public void Dispose() => _server.Dispose();

    public static TheoryData<string, string[][]> Commands => new()
    {
        { "AUTH", [["AUTH", Secret]] },
        { "AUTH wrong", [["AUTH", Secret + "x"]] },
        { "AUTH with user", [["AUTH", "default", Secret]] },
        { "AUTH with too much", [["AUTH", "default", Secret, "x"]] },
        { "HELLO AUTH", [["HELLO", "3", "AUTH", "default", Secret]] },
        { "HELLO AUTH wrong", [["HELLO", "2", "AUTH", "nobody", Secret, "SETNAME", "me"]] },
        { "CONFIG SET", [["AUTH", Secret], ["CONFIG", "SET", "requirepass", Secret]] },
        { "CONFIG SET with others", [["AUTH", Secret], ["config", "set", "maxmemory-samples", "6", "requirepass", Secret]] },
        { "CONFIG SET that fails", [["AUTH", Secret], ["CONFIG", "SET", "requirepass", Secret, "nosuch", "1"]] },
        { "CONFIG SET without authentication", [["CONFIG", "SET", "requirepass", Secret]] },
        { "in MULTI", [["AUTH", Secret], ["MULTI"], ["AUTH", Secret], ["SET", "k", "v"], ["CONFIG", "SET", "requirepass", Secret], ["EXEC"]] },
        { "in a MULTI that is given up", [["AUTH", Secret], ["MULTI"], ["CONFIG", "SET", "requirepass", Secret], ["DISCARD"]] },
        { "between writes", [["AUTH", Secret], ["SET", "a", "1"], ["AUTH", Secret], ["SET", "b", "2"], ["HELLO", "2", "AUTH", "default", Secret]] },
        { "CONFIG SET masterauth", [["AUTH", Secret], ["CONFIG", "SET", "masterauth", Secret]] },
        { "CONFIG SET with too little", [["AUTH", Secret], ["CONFIG", "SET", Secret]] },
        { "CONFIG SET mistyped", [["AUTH", Secret], ["CONFIG", "SETT", "requirepass", Secret]] },
        { "CONFIG SET of a directive mistyped", [["AUTH", Secret], ["CONFIG", "SET", "requirepas", Secret]] },
        { "a command mistyped", [["AUHT", Secret]] },
        { "ACL SETUSER", [["AUTH", Secret], ["ACL", "SETUSER", "joe", "on", ">" + Secret]] },
        { "MIGRATE", [["AUTH", Secret], ["MIGRATE", "127.0.0.1", "1", "k", "0", "1", "AUTH", Secret]] },
        { "HELLO with too much", [["HELLO", "3", "AUTH", "default", Secret, "SETNAME"]] },
        { "HELLO of no known protocol", [["HELLO", "9", "AUTH", "default", Secret]] },
        { "in MULTI, refused", [["AUTH", Secret], ["MULTI"], ["AUHT", Secret], ["CONFIG", "SET", Secret], ["EXEC"]] },
        { "after QUIT", [["QUIT"], ["AUTH", Secret]] },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public void Leave_no_trace_in_one_send(string name, string[][] commands)
    {
        byte[] bytes = [.. commands.SelectMany(c => RespClient.Encode(c))];
        using (RespClient client = _server.Connect())
            Send(client, bytes, bytes.Length);
        AssertAbsent(name);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Leave_no_trace_in_several_sends(string name, string[][] commands)
    {
        byte[] bytes = [.. commands.SelectMany(c => RespClient.Encode(c))];
        // Cut inside the last password, then let another client use the window, then send the rest.
        int cut = bytes.AsSpan().LastIndexOf(Encoding.ASCII.GetBytes(Secret)) + Secret.Length - 3;
        using (RespClient client = _server.Connect())
        using (RespClient other = _server.Connect())
        {
            Send(client, bytes, cut);
            other.Call("PING");
            AssertAbsent(name);
            if (!name.StartsWith("after", StringComparison.Ordinal))
                Send(client, bytes[cut..], bytes.Length);
        }
        AssertAbsent(name);
    }

    [Theory]
    [InlineData("AUTH " + Secret + "\r\n")]
    [InlineData("auth default \"" + Secret + "\"\r\n")]
    [InlineData("HELLO 3 AUTH default " + Secret + "\r\n")]
    [InlineData("CONFIG SET requirepass " + Secret + "\r\n")]
    [InlineData("AUTH " + Secret)]
    [InlineData("*2\r\n$4\r\nAUTH\r\n$24\r\n" + Secret + "\r\n*1\r\n$-7\r\n" + Secret)]
    public void Leave_no_trace_inline_and_malformed(string bytes)
    {
        using (RespClient client = _server.Connect())
            Send(client, Encoding.ASCII.GetBytes(bytes), bytes.Length);
        AssertAbsent(bytes);
    }

    [Fact]
    public void Leave_no_trace_when_they_are_long_and_the_client_vanishes()
    {
        string password = string.Concat(Enumerable.Repeat(Secret, 100));
        byte[] bytes = RespClient.Encode("AUTH", password);
        using (RespClient whole = _server.Connect())
            Send(whole, bytes, bytes.Length);
        AssertAbsent("long");
        using (RespClient vanishing = _server.Connect())
            Send(vanishing, bytes, bytes.Length / 2);
        Assert.True(SpinWait.SpinUntil(() => _server.Host.State.Clients.Count == 0, WaitMs));
        Settle();
        AssertAbsent("half of a long one");
    }

    [Fact]
    public void Leave_no_trace_through_a_pause()
    {
        using RespClient client = _server.Connect(), admin = _server.Connect();
        admin.Call("AUTH", Secret);
        admin.Call("CLIENT", "PAUSE", "10000");
        Send(client, RespClient.Encode("AUTH", Secret), 1000);
        AssertAbsent("while paused");
        admin.Call("CLIENT", "UNPAUSE");
        Assert.Equal("+OK", client.Read().ToString());
        AssertAbsent("after the pause");
    }

    [Fact]
    public void Are_not_shown_to_monitors_nor_in_the_slow_log()
    {
        using RespClient monitor = _server.Connect(), client = _server.Connect();
        monitor.Call("AUTH", Secret);
        Assert.Equal("+OK", monitor.Call("MONITOR").ToString());
        foreach (string[] command in Commands.SelectMany(row => row.Data.Item2).Where(c => c[0] != "QUIT"))
            client.Call(command);
        client.Call("AUTH", Secret);
        client.Call("ECHO", "the end");
        StringBuilder shown = new();
        while (!shown.ToString().Contains("the end", StringComparison.Ordinal))
            shown.Append(monitor.Read()).Append('\n');
        Assert.DoesNotContain(Secret, shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"AUTH\" \"(redacted)\"", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"HELLO\" \"3\" \"AUTH\" \"(redacted)\" \"(redacted)\"", shown.ToString(), StringComparison.Ordinal);
        string log = client.Call("SLOWLOG", "GET", "-1").ToString();
        Assert.DoesNotContain(Secret, log, StringComparison.Ordinal);
        Assert.Contains("$AUTH, $(redacted)", log, StringComparison.Ordinal);
        Assert.Contains("$requirepass, $(redacted)", log, StringComparison.Ordinal);
    }

    // Returns when the server has taken it in: the replies need not be read.
    private void Send(RespClient client, byte[] bytes, int length)
    {
        length = Math.Min(length, bytes.Length);
        Pkv.Server.Net.IoThread thread = _server.Host.State.Threads[0];
        long before = Volatile.Read(ref thread.Counters.NetInputBytes);
        client.SendRaw(bytes.AsSpan(0, length));
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref thread.Counters.NetInputBytes) >= before + length, WaitMs));
        Settle();
    }

    // The turn that the server is in, and all before it, are over.
    private void Settle()
    {
        using ManualResetEventSlim done = new();
        _server.Host.State.Threads[0].Post(_ => done.Set());
        Assert.True(done.Wait(WaitMs));
    }

    // Half of it would be as bad. The mapping is what the pool file holds.
    private unsafe void AssertAbsent(string when)
    {
        Pkv.Persistence.Media.IMedium medium = _server.Host.State.Pool.Medium;
        byte[] part = Encoding.ASCII.GetBytes(Secret[..(Secret.Length / 2)]);
        int found = new ReadOnlySpan<byte>(medium.Base, (int)Math.Min(medium.BackedBytes, int.MaxValue)).IndexOf(part);
        Assert.True(found < 0, $"{when}: the password is in the pool, at byte {found}");
    }
}
