using Pkv.Resp;

namespace Pkv.Engine.Records;

/// <summary>The records that the engine writes itself. All are commands that a real Redis would load from its AOF.</summary>
public static unsafe class Effects
{
    /// <summary>Bytes of <see cref="SetHeader"/>.</summary>
    public const int SetHeaderBytes = 13;

    /// <summary>What stands before the key in a SET without options.</summary>
    public static ReadOnlySpan<byte> PlainSetHeader => "*3\r\n$3\r\nSET\r\n"u8;

    /// <summary>Bytes before the key in <see cref="ExpireAt"/>.</summary>
    public const int ExpireAtHeaderBytes = 19;

    /// <summary>The most bytes of <see cref="Expiry"/>.</summary>
    public const int ExpiryBytes = 40;

    /// <summary>"SET", to be followed by key and value, and by <see cref="Expiry"/> when it expires.</summary>
    public static void SetHeader(ref byte* p, bool expires) =>
        Raw(ref p, expires ? "*5\r\n$3\r\nSET\r\n"u8 : PlainSetHeader);

    /// <summary>"PXAT ms".</summary>
    public static void Expiry(ref byte* p, long expiryMs)
    {
        Raw(ref p, "$4\r\nPXAT\r\n"u8);
        Number(ref p, expiryMs);
    }

    public static void Delete(ref byte* p, byte* key, int length)
    {
        Raw(ref p, "*2\r\n$3\r\nDEL\r\n"u8);
        p = BulkString.WriteBulk(p, key, length);
    }

    public static void ExpireAt(ref byte* p, byte* key, int length, long expiryMs)
    {
        Raw(ref p, "*3\r\n$9\r\nPEXPIREAT\r\n"u8);
        p = BulkString.WriteBulk(p, key, length);
        Number(ref p, expiryMs);
    }

    public static void Persist(ref byte* p, byte* key, int length)
    {
        Raw(ref p, "*2\r\n$7\r\nPERSIST\r\n"u8);
        p = BulkString.WriteBulk(p, key, length);
    }

    public static void FlushAll(ref byte* p) => Raw(ref p, "*1\r\n$8\r\nFLUSHALL\r\n"u8);

    public static void FlushDatabase(ref byte* p) => Raw(ref p, "*1\r\n$7\r\nFLUSHDB\r\n"u8);

    public static void SwapDatabases(ref byte* p, int a, int b)
    {
        Raw(ref p, "*3\r\n$6\r\nSWAPDB\r\n"u8);
        Number(ref p, a);
        Number(ref p, b);
    }

    private static void Number(ref byte* p, long value)
    {
        byte* text = stackalloc byte[Integers.MaxBytes];
        p = BulkString.WriteBulk(p, text, (int)(Integers.Write(text, value) - text));
    }

    private static void Raw(ref byte* p, ReadOnlySpan<byte> text)
    {
        text.CopyTo(new Span<byte>(p, text.Length));
        p += text.Length;
    }
}
