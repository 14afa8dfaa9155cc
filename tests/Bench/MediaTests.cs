using Pkv.Bench.Media;
using Pkv.Bench.Native;
using Xunit;

namespace Pkv.Tests.Bench;

public sealed unsafe class MediaTests : IDisposable
{
    private const int PoolBytes = 256 * 1024;

    // Beside the test's own program: a disk, where the system's temporary folder may be tmpfs and refuse O_DIRECT.
    private readonly string _path = Path.Combine(AppContext.BaseDirectory, $"media-{Guid.NewGuid():N}.pool");

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(0, 128, 0, 4096)]
    [InlineData(4000, 200, 0, 8192)]
    [InlineData(4096, 4096, 4096, 4096)]
    [InlineData(10_000, 65536, 8192, 69632)]
    public void Blocks_cover_the_range(long offset, int length, long blockOffset, int blockLength) =>
        Assert.Equal((blockOffset, blockLength), DirectLog.BlocksOf(offset, length));

    [Theory]
    [InlineData("mapped", 100)]
    [InlineData("mapped", 5000)]
    [InlineData("direct", 100)]
    [InlineData("direct", 5000)]
    public void What_was_called_durable_is_in_the_file(string kind, int batchBytes) => AppendAndReadBack(kind, batchBytes);

    [IoUringTheory]
    [InlineData("uring", 100)]
    [InlineData("uring", 5000)]
    [InlineData("uring4", 5000)]
    public void What_io_uring_called_durable_is_in_the_file(string kind, int batchBytes) => AppendAndReadBack(kind, batchBytes);

    private void AppendAndReadBack(string kind, int batchBytes)
    {
        using NativeBuffer source = new(8192);
        new Random(7).NextBytes(source.Span);
        using PoolFile file = new(_path, PoolBytes, isWritten: true);
        using NativeBuffer memory = new(PoolBytes, hugePages: true);
        MediaResult result;
        int depth = kind == "uring4" ? 4 : 1;
        using (IDurableLog log = kind switch
        {
            "mapped" => new MappedLog(file),
            "direct" => new DirectLog(file, memory),
            _ => new UringLog(file, memory, depth),
        })
        {
            result = DurableRun.Measure(kind, "", log, source, 20 * DurableRun.StrideOf(depth, batchBytes), batchBytes, TimeSpan.FromMinutes(1));
        }
        Assert.Equal(20, result.Batches);
        byte[] onDisk = File.ReadAllBytes(_path);
        for (int i = 0; i < 20; i++)
            Assert.True(source.Span[..batchBytes].SequenceEqual(onDisk.AsSpan((int)(i * DurableRun.StrideOf(depth, batchBytes)), batchBytes)), $"batch {i}");
    }
}
