using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pkv.Bench.Servers;

/// <summary>A blocking RESP2 connection for what happens between measured windows: PING, FLUSHALL, INFO, DBSIZE.</summary>
internal sealed class AdminConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    public AdminConnection(int port)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 60_000 };
        try
        {
            _socket.Connect(IPAddress.Loopback, port);
            _stream = new NetworkStream(_socket, ownsSocket: false);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command and answers its reply: a simple string, an integer or a bulk, as text.</summary>
    /// <exception cref="InvalidDataException">The server answered an error or what is not RESP2.</exception>
    public string Call(params string[] words)
    {
        StringBuilder request = new();
        request.Append(CultureInfo.InvariantCulture, $"*{words.Length}\r\n");
        foreach (string word in words) request.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        _stream.Write(Encoding.UTF8.GetBytes(request.ToString()));
        string line = ReadLine();
        if (line.Length == 0) throw new InvalidDataException($"{words[0]}: empty reply");
        return line[0] switch
        {
            '+' or ':' => line[1..],
            '$' => ReadBulk(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)),
            '=' => ReadBulk(int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)),
            _ => throw new InvalidDataException($"{words[0]}: {line}"),
        };
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
    }

    private string ReadBulk(int length)
    {
        if (length < 0) return "";
        byte[] bytes = new byte[length + 2];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private string ReadLine()
    {
        StringBuilder line = new();
        for (int next = _stream.ReadByte(); next != '\n'; next = _stream.ReadByte())
        {
            if (next < 0) throw new InvalidDataException("the server closed the connection");
            if (next != '\r') line.Append((char)next);
        }
        return line.ToString();
    }
}
