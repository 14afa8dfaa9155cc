using Pkv.Server.Net;
using Pkv.Tests.Crash;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Lists;

/// <summary>The I/O thread allocates nothing for list commands; a new segment may cost it a few hundred bytes.</summary>
[Collection("Crash")]
public sealed class ListAllocationTests
{
    private const int Rounds = 2000;
    private const long BytesPerSegment = 1024;

    // What the thread's clockwork may take in a run of thousands of commands.
    private const long BytesPerRun = 256;

    [Theory]
    [InlineData("LPUSH a x y|RPUSH a z|LPOP a|RPOP a 2")]
    [InlineData("RPUSH a 1 2 3|LRANGE a 0 -1|LRANGE a 1 1|LINDEX a 1|LLEN a|LPOS a 2 COUNT 0|LTRIM a 1 0")]
    [InlineData("RPUSH a 1 2 3|LSET a 1 x|LINSERT a BEFORE x y|LREM a 0 y|LMOVE a b LEFT RIGHT|RPOPLPUSH b a|LMPOP 2 none a LEFT COUNT 9")]
    [InlineData("RPUSH a 1 2 3 4|BLPOP a 0|BRPOP none a 0|BLMOVE a b LEFT RIGHT 0|BLMPOP 0 1 a LEFT|BRPOPLPUSH b b 0|LTRIM b 1 0")]
    public void Nothing_is_allocated(string commands)
    {
        using PkvServer server = new();
        using RespClient client = server.Connect();
        string[][] batch = [.. commands.Split('|').Select(command => command.Split(' '))];
        Repeat();
        IoThread thread = server.Host.State.Threads[0];
        (long bytes, long segments) before = Measure(server, thread);
        Repeat();
        (long bytes, long segments) after = Measure(server, thread);
        long allocated = after.bytes - before.bytes, opened = after.segments - before.segments;
        Assert.True(allocated <= BytesPerRun + opened * BytesPerSegment, $"{allocated} bytes for {Rounds} × {commands}, {opened} segments opened");

        void Repeat()
        {
            for (int i = 0; i < Rounds; i++)
                Assert.All(client.Pipeline(batch), reply => Assert.False(reply.IsError, reply.ToString()));
        }
    }

    private static (long Bytes, long Segments) Measure(PkvServer server, IoThread thread)
    {
        long bytes = 0;
        using ManualResetEventSlim done = new();
        thread.Post(_ =>
        {
            bytes = GC.GetAllocatedBytesForCurrentThread();
            done.Set();
        });
        done.Wait();
        return (bytes, server.Host.State.Pool.SegmentsOpened);
    }
}
