using Pkv.Linux;
using Pkv.Persistence.Media;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Persistence;

/// <summary>A server under appendfsync always on a real disk: a reply follows the device, whatever ends the process.</summary>
public sealed class DirectServerTests
{
    private static readonly string[] Always = ["--appendfsync", "always"];

    [DirectDiskFact]
    public void A_killed_server_loses_no_acknowledged_write()
    {
        using PkvServer server = PkvServer.In(DirectDisk.Folder, isChild: true, Always);
        Assert.Contains("written directly", server.Output);
        Dictionary<string, string> acknowledged = [];
        for (int round = 0; round < 4; round++)
        {
            Thread[] writers = [.. Enumerable.Range(0, 4).Select(w => new Thread(() => WriteUntilBroken(server, $"r{round}w{w}", acknowledged)))];
            foreach (Thread writer in writers)
                writer.Start();
            SpinWait.SpinUntil(() => { lock (acknowledged) return acknowledged.Count > (round + 1) * 200; }, 20_000);
            server.Kill();
            foreach (Thread writer in writers)
                writer.Join();
            server.Start();
        }
        using RespClient client = server.Connect();
        Assert.True(acknowledged.Count > 200);
        foreach ((string key, string value) in acknowledged)
            Assert.Equal("$" + value, client.Call("GET", key).ToString());
    }

    [DirectDiskFact]
    public void A_stopped_server_opens_with_the_other_engine()
    {
        using PkvServer server = PkvServer.In(DirectDisk.Folder, isChild: false, Always);
        using (RespClient client = server.Connect())
            Assert.Equal("+OK", client.Call("SET", "k", new string('v', 600_000)).ToString());
        server.Stop();
        using (FileMedium mapped = new(server.PoolPath, 1 << 30))
            Assert.True(mapped.BackedBytes > 0);
        server.Start();
        using RespClient again = server.Connect();
        Assert.Equal(600_001, again.Call("GET", "k").ToString().Length);
    }

    [DirectDiskFact]
    public void Appendfsync_stays_always_until_the_next_start()
    {
        using PkvServer server = PkvServer.In(DirectDisk.Folder, isChild: false, Always);
        using RespClient client = server.Connect();
        RespNode refused = client.Call("CONFIG", "SET", "appendfsync", "everysec");
        Assert.True(refused.IsError);
        Assert.Contains("restart", refused.Text);
        Assert.Equal("always", client.Call("CONFIG", "GET", "appendfsync").Items[1].Text);
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "appendfsync", "always").ToString());
    }

    [DirectDiskFact]
    public void The_mapping_can_change_its_policy()
    {
        using PkvServer server = PkvServer.In(DirectDisk.Folder, isChild: false);
        using RespClient client = server.Connect();
        Assert.Equal("+OK", client.Call("CONFIG", "SET", "appendfsync", "always").ToString());
        long before = server.Host.State.Durability.Sync!.Count;
        Assert.Equal("+OK", client.Call("SET", "k", "v").ToString());
        Assert.True(server.Host.State.Durability.Sync!.Count > before);
    }

    [DirectDiskFact]
    public void While_the_device_fails_replies_wait_and_writes_are_refused()
    {
        using PkvServer server = PkvServer.In(DirectDisk.Folder, isChild: false, Always);
        DirectFileMedium medium = (DirectFileMedium)server.Host.Medium.Medium;
        using RespClient writer = server.Connect();
        using RespClient other = server.Connect();
        Assert.Equal("+OK", writer.Call("SET", "a", "1").ToString());
        medium.FailWith = Errno.EIo;
        writer.Send("SET", "a", "2");
        Assert.True(SpinWait.SpinUntil(() => server.Host.State.WriteError is not null, 20_000));
        Assert.StartsWith("MISCONF", other.Call("SET", "b", "1").Text);
        Assert.Equal(0, writer.Socket.Available);
        Assert.Contains("aof_last_write_status:err", other.Call("INFO", "persistence").Text);
        medium.FailWith = 0;
        Assert.Equal("+OK", writer.Read().ToString());
        Assert.True(SpinWait.SpinUntil(() => server.Host.State.WriteError is null, 20_000));
        Assert.Equal("+OK", other.Call("SET", "b", "1").ToString());
        Assert.Equal("$2", other.Call("GET", "a").ToString());
    }

    private static void WriteUntilBroken(PkvServer server, string prefix, Dictionary<string, string> acknowledged)
    {
        try
        {
            using RespClient client = server.Connect();
            for (int i = 0; ; i++)
            {
                string key = $"{prefix}-{i}", value = $"{prefix}-value-{i}-" + new string('x', i * 37 % 5000);
                if (client.Call("SET", key, value).ToString() != "+OK")
                    return;
                lock (acknowledged)
                    acknowledged[key] = value;
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or InvalidDataException or ObjectDisposedException)
        {
            // The server was killed: what was acknowledged is noted.
        }
    }
}
