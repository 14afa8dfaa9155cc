using Pkv.Linux;
using Pkv.Persistence.Media;
using Pkv.Tests.Persistence;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>
/// A server whose disk fails or fills: no acknowledged write is lost, the client is told in Redis's words, INFO names the
/// state, reads go on, and writes come back when the fault is gone. Both engines of medium file.
/// </summary>
public sealed class DiskFaultTests
{
    private const int TimeoutMs = 60_000;
    private const int ValueBytes = 100_000;

    public static TheoryData<string> Policies => new("everysec", "always", "no");

    [LoopDiskTheory]
    [MemberData(nameof(Policies))]
    public void A_device_that_refuses_writes_and_recovers(string policy)
    {
        // Much larger than what the server prepares ahead, and so has written before the device breaks.
        using LoopDisk disk = new(mebibytes: 128);
        using PkvServer server = PkvServer.In(disk.Folder, isChild: true, "--appendfsync", policy, "--pool-size", "112mb");
        using FaultWriter writer = new(server, ValueBytes);
        using RespClient other = server.Connect();
        writer.Write(3);
        disk.Break();
        writer.WriteInBackground();
        if (policy == "no")
            WriteBack(server, other);
        WaitFor(other, "aof_last_write_status:err");
        AssertRefused(other);
        Assert.True(writer.Acknowledged.Count >= 3);
        Assert.Equal(FaultWriter.Value("key0", ValueBytes), other.Call("GET", "key0").Text);
        disk.Repair();
        WaitFor(other, "aof_last_write_status:ok");
        string info = other.Call("INFO", "persistence").Text;
        Assert.Contains(policy == "always" ? "pkv_medium_state:ok" : "pkv_medium_state:written directly since a failure", info);
        Assert.Contains("pkv_appendfsync:always", info);
        Assert.Equal("+PONG", other.Call("PING").ToString());
        writer.Stop();
        // The pool may be full by now: deletions make room.
        foreach (string key in writer.Acknowledged.Take(5).ToList())
        {
            Assert.Equal(":1", other.Call("DEL", key).ToString());
            writer.Forget(key);
        }
        Assert.Equal("+OK", other.Call("SET", "after", "1").ToString());
        server.Kill();
        // The page cache goes; the device's own word counts.
        disk.Remount();
        server.Start();
        writer.AssertAllThere(server);
        using RespClient again = server.Connect();
        Assert.Equal("$1", again.Call("GET", "after").ToString());
    }

    [LoopDiskTheory]
    [MemberData(nameof(Policies))]
    public void A_full_device_is_a_full_pool(string policy)
    {
        using LoopDisk disk = new();
        string foreign = Path.Combine(disk.Folder, "foreign");
        LoopDisk.Run("fallocate", "-l", "20M", foreign);
        using PkvServer server = PkvServer.In(disk.Folder, isChild: true, "--enable-debug-command", "local", "--appendfsync", policy, "--pool-size", "1gb");
        using FaultWriter writer = new(server, ValueBytes);
        Assert.StartsWith("OOM command not allowed", writer.WriteUntilRefused());
        using RespClient other = server.Connect();
        Assert.Equal(FaultWriter.Value("key0", ValueBytes), other.Call("GET", "key0").Text);
        Assert.Equal(":1", other.Call("DEL", "key0").ToString());
        writer.Forget("key0");
        Assert.Contains("aof_last_write_status:ok", other.Call("INFO", "persistence").Text);
        File.Delete(foreign);
        // The file system is asked again a moment after it last refused.
        int before = writer.Acknowledged.Count;
        Assert.True(SpinWait.SpinUntil(() => writer.WriteUntilRefused().StartsWith("OOM command not allowed", StringComparison.Ordinal) && writer.Acknowledged.Count > before + 50, TimeoutMs),
            $"{writer.Acknowledged.Count - before} more values");
        if (policy != "always")
            Assert.Equal("+OK", other.Call("DEBUG", "SYNC").ToString());
        server.Kill();
        disk.Remount();
        server.Start();
        writer.AssertAllThere(server);
    }

    [LoopDiskTheory]
    [InlineData("everysec")]
    [InlineData("always")]
    public void A_file_system_that_turns_read_only(string policy)
    {
        using LoopDisk disk = new(options: "errors=remount-ro");
        using PkvServer server = PkvServer.In(disk.Folder, isChild: true, "--enable-debug-command", "local", "--appendfsync", policy, "--pool-size", "56mb");
        using FaultWriter writer = new(server, ValueBytes);
        using RespClient other = server.Connect();
        writer.Write(3);
        if (policy != "always")
            Assert.Equal("+OK", other.Call("DEBUG", "SYNC").ToString());
        File.WriteAllText($"/sys/fs/ext4/{disk.DeviceName}/trigger_fs_error", "a test turns it read-only");
        // The direct engine learns of it by writing; the reply does not come.
        if (policy == "always")
            other.Send("SET", "unanswered", "1");
        bool refused = SpinWait.SpinUntil(() => server.Process.HasExited || WritesAreRefused(server), TimeoutMs) && !server.Process.HasExited;
        string output = server.Output;
        string info = "", value = "";
        if (refused)
        {
            try
            {
                using RespClient reader = server.Connect();
                value = reader.Call("GET", "key0").Text;
                info = reader.Call("INFO", "persistence").Text;
            }
            catch (IOException e)
            {
                output += $"{server.Output}\n{e.Message}";
            }
        }
        server.Kill();
        disk.Remount();
        Assert.True(refused, output);
        Assert.True(FaultWriter.Value("key0", ValueBytes) == value, output);
        Assert.Contains("aof_last_write_status:err", info);
        server.Start();
        writer.AssertAllThere(server);
    }

    [Theory]
    [InlineData("everysec", Errno.EIo)]
    [InlineData("everysec", Errno.ENoSpc)]
    [InlineData("always", Errno.EIo)]
    [InlineData("always", Errno.ENoSpc)]
    public void An_injected_error_is_told_in_Rediss_words(string policy, int errno)
    {
        if (DirectDisk.Obstacle is not null)
            return;
        using PkvServer server = PkvServer.In(DirectDisk.Folder, isChild: false, "--appendfsync", policy);
        using RespClient client = server.Connect();
        Assert.Equal("+OK", client.Call("SET", "a", "1").ToString());
        Fail(server, errno);
        using RespClient writer = server.Connect();
        writer.Send("SET", "b", "1");
        WaitFor(client, "aof_last_write_status:err");
        AssertRefused(client, errno == Errno.EIo ? "Input/output error" : "No space left on device");
        string info = client.Call("INFO", "persistence").Text;
        Assert.Contains($"pkv_sync_error:{errno}\r", info);
        Assert.Equal("$1", client.Call("GET", "a").ToString());
        Fail(server, 0);
        WaitFor(client, "aof_last_write_status:ok");
        Assert.Equal("+OK", writer.Read().ToString());
        Assert.Equal("+OK", client.Call("SET", "c", "1").ToString());
    }

    // Each on a connection of its own: a receive into a page that has just become unwritable costs its client the connection.
    private static bool WritesAreRefused(PkvServer server)
    {
        try
        {
            using RespClient client = server.Connect();
            return client.Call("PING").Text.StartsWith("MISCONF", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static void Fail(PkvServer server, int errno)
    {
        if (server.Host.Medium.Medium is FileMedium mapped)
            mapped.FailWith = errno;
        else
            ((DirectFileMedium)server.Host.Medium.Medium).FailWith = errno;
    }

    // What the kernel does by itself within half a minute; its failure is nobody's reply.
    private static void WriteBack(PkvServer server, RespClient client)
    {
        Assert.True(SpinWait.SpinUntil(() => Failed(server) || client.Call("INFO", "persistence").Text.Contains("write_status:err"), TimeoutMs));

        static bool Failed(PkvServer server)
        {
            try
            {
                LoopDisk.Run("sync", "--data", server.PoolPath);
                return false;
            }
            catch (IOException)
            {
                return true;
            }
        }
    }

    private static void AssertRefused(RespClient client, string? reason = null)
    {
        string expected = "MISCONF Errors writing to the AOF file: ";
        foreach (string[] command in new string[][] { ["SET", "x", "1"], ["DEL", "key0"], ["PING"] })
        {
            string text = client.Call(command).Text;
            Assert.StartsWith(expected, text);
            string[] reasons = reason is null ? ["Input/output error", "No space left on device"] : [reason];
            Assert.Contains(text[expected.Length..], reasons);
        }
        Assert.Equal("+OK", client.Call("MULTI").ToString());
        Assert.StartsWith(expected, client.Call("SET", "x", "1").Text);
        Assert.StartsWith("EXECABORT", client.Call("EXEC").Text);
    }

    private static void WaitFor(RespClient client, string line) =>
        Assert.True(SpinWait.SpinUntil(() => client.Call("INFO", "persistence").Text.Contains(line), TimeoutMs), $"no {line} within a minute");
}
