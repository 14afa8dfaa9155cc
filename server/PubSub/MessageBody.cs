using System.Runtime.InteropServices;
using Pkv.Resp;

namespace Pkv.Server.PubSub;

/// <summary>
/// One published message as clients receive it in RESP2, "*3 message channel payload" (in RESP3 the first byte is another),
/// in memory off the managed heap that all who send it share. Counted: whoever keeps it holds it, the last one to release it
/// frees it. Any thread.
/// </summary>
public readonly unsafe struct MessageBody
{
    /// <summary>The first byte for clients of RESP3: out-of-band data.</summary>
    public const byte Resp3Type = (byte)'>';

    private const int DataOffset = 16;

    private readonly byte* _block;

    private MessageBody(byte* block) => _block = block;

    public byte* Data => _block + DataOffset;

    public long Length => *(long*)(_block + 8);

    public ReadOnlySpan<byte> Span => new(Data, checked((int)Length));

    /// <summary>What identifies it in structures that hold none: see <see cref="FromHandle"/>.</summary>
    public nint Handle => (nint)_block;

    public static MessageBody FromHandle(nint handle) => new((byte*)handle);

    /// <summary>A message of a channel, held once. <paramref name="type"/>: "message" or "smessage".</summary>
    public static MessageBody Make(ReadOnlySpan<byte> type, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        MessageBody body = Allocate(Bulk(type) + Bulk(channel) + Bulk(payload));
        byte* p = Header(body.Data, '3');
        p = BulkString.WriteBulk(p, type);
        p = BulkString.WriteBulk(p, channel);
        BulkString.WriteBulk(p, payload);
        return body;
    }

    /// <summary>A message for who subscribed to a pattern, held once.</summary>
    public static MessageBody Make(ReadOnlySpan<byte> type, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> payload)
    {
        MessageBody body = Allocate(Bulk(type) + Bulk(pattern) + Bulk(channel) + Bulk(payload));
        byte* p = Header(body.Data, '4');
        p = BulkString.WriteBulk(p, type);
        p = BulkString.WriteBulk(p, pattern);
        p = BulkString.WriteBulk(p, channel);
        BulkString.WriteBulk(p, payload);
        return body;
    }

    public void Hold() => Interlocked.Increment(ref *(int*)_block);

    public void Release()
    {
        if (Interlocked.Decrement(ref *(int*)_block) == 0)
            NativeMemory.Free(_block);
    }

    private static MessageBody Allocate(long bulkBytes)
    {
        byte* block = (byte*)NativeMemory.Alloc((nuint)(DataOffset + HeaderBytes + bulkBytes));
        *(int*)block = 1;
        *(long*)(block + 8) = HeaderBytes + bulkBytes;
        return new MessageBody(block);
    }

    private const int HeaderBytes = 4;

    private static byte* Header(byte* p, char elements)
    {
        p[0] = (byte)'*';
        p[1] = (byte)elements;
        p[2] = (byte)'\r';
        p[3] = (byte)'\n';
        return p + HeaderBytes;
    }

    private static long Bulk(ReadOnlySpan<byte> data) => BulkString.BulkBytes(data.Length);
}
