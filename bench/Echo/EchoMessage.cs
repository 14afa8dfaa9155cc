using System.Buffers.Binary;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.Echo;

/// <summary>
/// The messages of all connections without a buffer for each: a header of its own (connection and number), then bytes of
/// a common pattern, beginning elsewhere for every message. So the client stays in its cache and yet no two messages
/// that follow each other are alike in any page. Not thread-safe.
/// </summary>
internal sealed unsafe class EchoMessage : IDisposable
{
    /// <summary>Bytes of the header that differ from the pattern.</summary>
    public const int HeaderBytes = 64;

    private const int PageBytes = 4096, TouchAt = 128, Shifts = 1024, ShiftBytes = 8;

    private readonly NativeBuffer _pattern;
    private readonly int[] _touched; // offsets, ascending

    public EchoMessage(int sizeBytes, int touches)
    {
        SizeBytes = sizeBytes;
        _pattern = new NativeBuffer(sizeBytes + Shifts * ShiftBytes);
        new Random(sizeBytes).NextBytes(_pattern.Span);
        int pages = sizeBytes / PageBytes, count = Math.Min(touches, pages);
        _touched = [.. Enumerable.Range(0, count).Select(i => (int)((long)i * pages / count) * PageBytes + TouchAt)];
    }

    public int SizeBytes { get; }

    /// <summary>Writes the header of a connection's message.</summary>
    public static void WriteHeader(Span<byte> header, int connection, uint number)
    {
        header[..HeaderBytes].Fill((byte)number);
        BinaryPrimitives.WriteInt32LittleEndian(header, connection);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], number);
    }

    /// <summary>Where the bytes of a message from some offset behind the header on are to be sent from.</summary>
    public byte* BodyAt(int connection, uint number, int offset) => _pattern.Address + Shift(connection, number) + offset;

    /// <summary>Compares bytes of a reply; <paramref name="received"/> may be changed by it.</summary>
    /// <param name="header">The message's header.</param>
    /// <param name="connection">The connection's number.</param>
    /// <param name="number">The message's number on it.</param>
    /// <param name="offset">Where in the message the bytes begin.</param>
    /// <param name="received">The bytes.</param>
    /// <exception cref="BadReplyException">They are not what the server was sent, touched once in every touched page.</exception>
    public void Check(ReadOnlySpan<byte> header, int connection, uint number, int offset, Span<byte> received)
    {
        foreach (int touched in _touched)
            if (touched >= offset && touched < offset + received.Length) received[touched - offset]--;
        int ofHeader = Math.Clamp(HeaderBytes - offset, 0, received.Length);
        if (!received[..ofHeader].SequenceEqual(header.Slice(Math.Min(offset, HeaderBytes), ofHeader)))
            throw new BadReplyException($"connection {connection}, message {number}: the header is not what was sent");
        Span<byte> body = received[ofHeader..];
        ReadOnlySpan<byte> expected = new(BodyAt(connection, number, offset + ofHeader), body.Length);
        int same = body.CommonPrefixLength(expected);
        if (same < body.Length)
            throw new BadReplyException($"connection {connection}, message {number}: byte {offset + ofHeader + same} is {body[same]}, not {expected[same]}");
    }

    public void Dispose() => _pattern.Dispose();

    private static int Shift(int connection, uint number) => (int)((number * 37 + (uint)connection * 101) % Shifts) * ShiftBytes;
}
