using Pkv.Bench.Native;

namespace Pkv.Bench.Media;

/// <summary>A file of fixed size for one experiment, removed at the end.</summary>
internal sealed unsafe class PoolFile : IDisposable
{
    private const int FillBytes = 1 << 20;
    private readonly string _path;

    /// <param name="path">Where; must not exist.</param>
    /// <param name="lengthBytes">Size.</param>
    /// <param name="isWritten">True: every block was written and is on the disk, as in a pool that is being reused.
    /// False: blocks are allocated but unwritten, so that the first write to each also changes metadata.</param>
    public PoolFile(string path, long lengthBytes, bool isWritten)
    {
        _path = path;
        Length = lengthBytes;
        int descriptor = Open(DiskCalls.Create);
        try
        {
            if (DiskCalls.Allocate(descriptor, 0, 0, lengthBytes) < 0) throw Libc.Failure("fallocate");
            if (isWritten)
            {
                using NativeBuffer fill = new(FillBytes);
                fill.Span.Fill(1);
                for (long offset = 0; offset < lengthBytes; offset += FillBytes)
                    DiskCalls.WriteAllAt(descriptor, fill.Address, Math.Min(FillBytes, lengthBytes - offset), offset);
            }
            if (DiskCalls.SyncData(descriptor) < 0) throw Libc.Failure("fdatasync");
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            _ = Libc.Close(descriptor);
        }
    }

    public long Length { get; }

    /// <summary>Opens the file for reading and writing with more flags; the caller closes the descriptor.</summary>
    public int Open(int flags) => Libc.Checked(DiskCalls.Open(_path, DiskCalls.ReadWrite | flags, 0x180), "open");

    public void Dispose() => File.Delete(_path);
}
