using System.Text;
using Pkv.Bench.Native;

namespace Pkv.Bench.Client;

/// <summary>
/// The bytes of requests and replies for one value size. A value is the key's twelve digits followed by a fixed
/// pattern, so a GET that answers another key's value is caught. Immutable once made; shared by all connections.
/// </summary>
internal sealed unsafe class RequestShape : IDisposable
{
    private readonly NativeBuffer _tail;

    public RequestShape(int valueBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(valueBytes, Digits.Count);
        ValueBytes = valueBytes;
        string digits = new('0', Digits.Count);
        SetHead = Encoding.ASCII.GetBytes($"*3\r\n$3\r\nSET\r\n$16\r\nkey:{digits}\r\n${valueBytes}\r\n{digits}");
        Get = Encoding.ASCII.GetBytes($"*2\r\n$3\r\nGET\r\n$16\r\nkey:{digits}\r\n");
        ReplyHead = Encoding.ASCII.GetBytes($"${valueBytes}\r\n{digits}");
        TailBytes = valueBytes - Digits.Count + 2;
        _tail = new NativeBuffer(TailBytes);
        for (int i = 0; i < TailBytes - 2; i++) _tail.Address[i] = (byte)('a' + (i * 7 + (i >> 8)) % 26);
        "\r\n"u8.CopyTo(_tail.Span[(TailBytes - 2)..]);
    }

    public int ValueBytes { get; }

    /// <summary>A SET up to and including the digits at the head of the value; zeros stand for the digits.</summary>
    public byte[] SetHead { get; }

    /// <summary>A whole GET; zeros stand for the digits.</summary>
    public byte[] Get { get; }

    /// <summary>A GET's reply up to and including the digits.</summary>
    public byte[] ReplyHead { get; }

    /// <summary>Offset of the key's digits in <see cref="SetHead"/> and <see cref="Get"/> alike.</summary>
    public const int KeyDigitsOffset = 13 + 5 + 4; // "*n CRLF $3 CRLF XXX CRLF" "$16 CRLF" "key:"

    /// <summary>The rest of the value and its line end: the same for every key, sent from one place.</summary>
    public byte* Tail => _tail.Address;

    public int TailBytes { get; }

    /// <summary>Bytes of one SET request on the wire.</summary>
    public int SetBytes => SetHead.Length + TailBytes;

    /// <summary>Bytes of one GET reply on the wire.</summary>
    public int ReplyBytes => ReplyHead.Length + TailBytes;

    public void Dispose() => _tail.Dispose();
}
