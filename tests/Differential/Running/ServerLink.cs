using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>
/// A connection that is told many commands at once and keeps the bytes of their replies, so that replies of two servers
/// can be compared without being understood. Not thread-safe.
/// </summary>
public sealed class ServerLink : IDisposable
{
    private readonly RespClient _client;
    private readonly ArrayBufferWriter<byte> _request = new(1 << 16);
    private readonly List<(int Start, int End)> _frames = [];
    private byte[] _buffer = new byte[1 << 16];
    private int _filled;

    /// <summary>Takes over a connection of which no reply is outstanding.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="timeoutMs">How long a reply may take before the server counts as silent, milliseconds.</param>
    public ServerLink(RespClient client, int timeoutMs)
    {
        _client = client;
        client.Socket.ReceiveTimeout = timeoutMs;
        client.Socket.SendTimeout = timeoutMs;
    }

    /// <summary>How many replies <see cref="Receive"/> brought.</summary>
    public int Replies => _frames.Count;

    /// <summary>Takes a command along with the next <see cref="Flush"/>.</summary>
    public void Add(string[] arguments)
    {
        Write($"*{arguments.Length}\r\n");
        foreach (string argument in arguments)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"${argument.Length}\r\n"));
            Write(argument);
            Write("\r\n");
        }
    }

    /// <summary>Sends what was added.</summary>
    public void Flush()
    {
        ReadOnlySpan<byte> rest = _request.WrittenSpan;
        while (rest.Length > 0)
            rest = rest[_client.Socket.Send(rest)..];
        _request.ResetWrittenCount();
    }

    /// <summary>Reads replies up to the one that has the marker in it. Returns null, or why there is none.</summary>
    public string? ReceiveThrough(string marker)
    {
        byte[] sought = Encoding.Latin1.GetBytes(marker);
        Forget();
        for (int count = 1; ; count++)
        {
            if (Fill(count) is { } failure)
                return failure;
            if (Bytes(count - 1).IndexOf(sought) >= 0)
                return null;
        }
    }

    /// <summary>Whether a reply, or a part of one, has come that was not read.</summary>
    public bool HasMore => _client.Socket.Available > 0 || _filled > (_frames.Count > 0 ? _frames[^1].End : 0);

    /// <summary>
    /// Reads replies, in the place of those of the call before. Returns null, or why there are fewer: the server closed
    /// the connection, was silent, or did not keep to the protocol.
    /// </summary>
    public string? Receive(int count)
    {
        Forget();
        return Fill(count);
    }

    /// <summary>The bytes of a reply, valid up to the next <see cref="Receive"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int reply) => _buffer.AsSpan(_frames[reply].Start, _frames[reply].End - _frames[reply].Start);

    /// <summary>A reply as a tree.</summary>
    public RespNode Node(int reply)
    {
        using var bytes = new MemoryStream(_buffer, _frames[reply].Start, _frames[reply].End - _frames[reply].Start);
        return RespNode.Read(bytes);
    }

    /// <summary>Sends one command and reads its reply; an error that says so when none came.</summary>
    public RespNode Call(params string[] arguments)
    {
        Add(arguments);
        Flush();
        return Receive(1) is { } failure ? NoReply(failure) : Node(0);
    }

    /// <summary>What stands for a reply that did not come.</summary>
    public static RespNode NoReply(string reason) => new('-', $"(no reply: {reason})", []);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private void Forget()
    {
        int at = _frames.Count > 0 ? _frames[^1].End : 0;
        _buffer.AsSpan(at, _filled - at).CopyTo(_buffer);
        _filled -= at;
        _frames.Clear();
    }

    private string? Fill(int count)
    {
        try
        {
            while (_frames.Count < count)
            {
                int start = _frames.Count > 0 ? _frames[^1].End : 0;
                int length = ReplyLength.Of(_buffer.AsSpan(start, _filled - start));
                if (length > 0)
                {
                    _frames.Add((start, start + length));
                    continue;
                }

                if (_filled == _buffer.Length)
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                int received = _client.Socket.Receive(_buffer.AsSpan(_filled));
                if (received == 0)
                    return "the server closed the connection";
                _filled += received;
            }
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            return e.Message;
        }

        return null;
    }

    private void Write(string text) => _request.Advance(Encoding.Latin1.GetBytes(text, _request.GetSpan(text.Length)));
}
