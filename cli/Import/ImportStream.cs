using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Pkv.Engine.Rdb;

namespace Pkv.Cli.Import;

/// <summary>
/// A file read from front to end through a buffer off the managed heap, which grows only when a single item needs more
/// than it holds. Pointers into it are valid until the next call of <see cref="TryEnsure"/>. One thread at a time.
/// </summary>
internal sealed unsafe class ImportStream : IDisposable
{
    private const long UsualBytes = 4 << 20;

    private readonly SafeFileHandle _file;
    private byte* _buffer;
    private long _capacity = UsualBytes;
    private long _start, _end, _summed;
    private long _fileOffset;
    private ulong _crc;

    public ImportStream(string path)
    {
        Path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        Length = RandomAccess.GetLength(_file);
        _buffer = (byte*)NativeMemory.Alloc((nuint)_capacity);
    }

    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Of the next byte in the file.</summary>
    public long Position => _fileOffset - (_end - _start);

    /// <summary>Bytes of the file that were not taken yet.</summary>
    public long Remaining => Length - Position;

    /// <summary>The next byte.</summary>
    public byte* Current => _buffer + _start;

    /// <summary>Bytes available at <see cref="Current"/>.</summary>
    public long Available => _end - _start;

    /// <summary>Whether <see cref="Crc"/> is updated: RDB files end with a checksum, logs do not.</summary>
    public bool IsSummed { get; set; }

    /// <summary>CRC-64 of all bytes taken while <see cref="IsSummed"/>.</summary>
    public ulong Crc
    {
        get
        {
            Sum();
            return _crc;
        }
    }

    /// <summary>Reads at least this many bytes into the buffer. False: the file ends earlier; the rest of it is in the buffer.</summary>
    public bool TryEnsure(long bytes)
    {
        if (Available >= bytes)
            return true;
        Sum();
        Compact(bytes);
        while (_end < _capacity)
        {
            int wanted = (int)Math.Min(_capacity - _end, 1 << 30);
            int read = RandomAccess.Read(_file, new Span<byte>(_buffer + _end, wanted), _fileOffset);
            if (read == 0)
                break;
            _end += read;
            _fileOffset += read;
            if (Available >= bytes)
                return true;
        }
        return Available >= bytes;
    }

    /// <summary>Consumes bytes of the buffer.</summary>
    public void Skip(long bytes) => _start += bytes;

    public void Dispose()
    {
        NativeMemory.Free(_buffer);
        _buffer = null;
        _file.Dispose();
    }

    // Moves what is left to the front, and makes the buffer large enough for what is asked.
    private void Compact(long bytes)
    {
        long left = Available;
        if (bytes > _capacity)
        {
            long grown = Math.Max(bytes, Math.Min(2 * _capacity, Length));
            byte* buffer = (byte*)NativeMemory.Alloc((nuint)grown);
            Buffer.MemoryCopy(Current, buffer, grown, left);
            NativeMemory.Free(_buffer);
            _buffer = buffer;
            _capacity = grown;
        }
        else
            Buffer.MemoryCopy(Current, _buffer, _capacity, left);
        _start = _summed = 0;
        _end = left;
    }

    private void Sum()
    {
        if (IsSummed)
            _crc = Crc64.Append(_crc, new ReadOnlySpan<byte>(_buffer + _summed, (int)(_start - _summed)));
        _summed = _start;
    }
}
