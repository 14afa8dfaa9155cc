using System.Buffers.Binary;
using System.Text;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Receive;

/// <summary>Values that tell who they are, commands as bytes, sending in pieces.</summary>
internal static class Wire
{
    /// <summary>Bytes that differ with the seed and with their place.</summary>
    public static byte[] Value(int length, int seed)
    {
        byte[] value = new byte[length];
        uint state = (uint)seed * 2654435761 + 12345;
        int i = 0;
        for (; i + 4 <= length; i += 4)
            BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(i), state = state * 1664525 + 1013904223);
        for (; i < length; i++)
            value[i] = (byte)(state >> i % 4 * 8);
        return value;
    }

    /// <summary>One command. Arguments are byte arrays or strings (Latin-1).</summary>
    public static byte[] Command(params object[] arguments)
    {
        using MemoryStream stream = new();
        stream.Write(Encoding.Latin1.GetBytes($"*{arguments.Length}\r\n"));
        foreach (object argument in arguments)
        {
            byte[] bytes = argument as byte[] ?? Encoding.Latin1.GetBytes((string)argument);
            stream.Write(Encoding.Latin1.GetBytes($"${bytes.Length}\r\n"));
            stream.Write(bytes);
            stream.Write("\r\n"u8);
        }
        return stream.ToArray();
    }

    /// <summary>Sends the bytes in so many pieces; a PING on another connection between them makes the server see each alone.</summary>
    public static void SendInPieces(RespClient client, RespClient other, byte[] bytes, params int[] cuts)
    {
        int from = 0;
        foreach (int cut in cuts.Append(bytes.Length).Select(c => Math.Clamp(c, 0, bytes.Length)).Order())
        {
            client.SendRaw(bytes.AsSpan(from, cut - from));
            from = cut;
            other.Call("PING");
        }
    }

    /// <summary>The reply is this bulk string, byte for byte.</summary>
    public static void AssertBulk(byte[] expected, RespNode reply)
    {
        Assert.Equal('$', reply.Kind);
        Assert.Equal(expected.Length, reply.Text.Length);
        Assert.True(reply.Bytes.AsSpan().SequenceEqual(expected), "the value differs");
    }

    /// <summary>Waits until the condition holds; fails after 20 s.</summary>
    public static void Eventually(Func<bool> condition, string what) => Eventually(condition, () => what);

    /// <inheritdoc cref="Eventually(Func{bool}, string)"/>
    public static void Eventually(Func<bool> condition, Func<string> what)
    {
        long deadline = Environment.TickCount64 + 20_000;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 < deadline, $"not within 20 s: {what()}");
            Thread.Sleep(2);
        }
    }
}
