using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Pkv.Bench.Stalls;

/// <summary>A blocking RESP2 connection for large pipelines and large replies: replies are counted, not kept.</summary>
internal sealed class BulkConnection : IDisposable
{
    private const int FlushBytes = 256 * 1024;
    private const int MostInFlight = 2000;

    private readonly Socket _socket;
    private readonly byte[] _in = new byte[1 << 20];
    private readonly MemoryStream _out = new();
    private int _at, _end, _inFlight;

    public BulkConnection(int port)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 300_000 };
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Adds a command to the pipeline; its reply is read when many are under way, or by <see cref="Drain"/>.</summary>
    public void Queue(params IReadOnlyList<string> words)
    {
        Append(words);
        if (++_inFlight >= MostInFlight) Drain();
    }

    /// <summary>Sends what is queued and reads all replies.</summary>
    /// <exception cref="InvalidDataException">One is an error.</exception>
    public void Drain()
    {
        Flush();
        for (; _inFlight > 0; _inFlight--) SkipReply();
    }

    /// <summary>Sends a command and reads so many replies, without keeping them; returns the first one's number, if it has one.</summary>
    /// <exception cref="InvalidDataException">One is an error.</exception>
    public long Call(IReadOnlyList<string> words, int replies = 1)
    {
        Append(words);
        Flush();
        long first = SkipReply();
        for (int i = 1; i < replies; i++) SkipReply();
        return first;
    }

    /// <summary>Sends an encoded command, then reads and drops <paramref name="replies"/> replies.</summary>
    /// <exception cref="InvalidDataException">One is an error.</exception>
    public void Call(ReadOnlySpan<byte> command, int replies)
    {
        Send(command);
        for (int i = 0; i < replies; i++) SkipReply();
    }

    /// <summary>Sends a command and reads nothing.</summary>
    public void Send(IReadOnlyList<string> words)
    {
        Append(words);
        Flush();
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A command as it is sent.</summary>
    public static byte[] Encode(IReadOnlyList<string> words)
    {
        MemoryStream bytes = new();
        Write(bytes, words);
        return bytes.ToArray();
    }

    private static void Write(MemoryStream to, IReadOnlyList<string> words)
    {
        Line(to, '*', words.Count);
        foreach (string word in words)
        {
            Line(to, '$', word.Length);
            to.Write(Encoding.ASCII.GetBytes(word));
            to.Write("\r\n"u8);
        }
    }

    private static void Line(MemoryStream to, char type, int number) =>
        to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type}{number}\r\n")));

    private void Append(IReadOnlyList<string> words)
    {
        Write(_out, words);
        if (_out.Length > FlushBytes) Flush();
    }

    private void Flush()
    {
        Send(_out.GetBuffer().AsSpan(0, (int)_out.Length));
        _out.SetLength(0);
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
    }

    private long SkipReply()
    {
        long first = 0;
        bool isFirst = true;
        for (long left = 1; left > 0; left--)
        {
            int type = Byte();
            if (type == '-') throw new InvalidDataException(Text());
            if (type == '+')
            {
                Text();
                continue;
            }
            long number = Number();
            if (isFirst) first = number;
            isFirst = false;
            if (type == '$' && number >= 0) Skip(number + 2);
            else if (type == '*' && number > 0) left += number;
        }
        return first;
    }

    private int Byte()
    {
        if (_at == _end) Fill();
        return _in[_at++];
    }

    private void Skip(long bytes)
    {
        while (bytes > 0)
        {
            if (_at == _end) Fill();
            int step = (int)Math.Min(bytes, _end - _at);
            _at += step;
            bytes -= step;
        }
    }

    private long Number()
    {
        long number = 0;
        bool negative = false;
        for (int c = Byte(); c != '\n'; c = Byte())
        {
            if (c == '-') negative = true;
            else if (c is >= '0' and <= '9') number = number * 10 + c - '0';
        }
        return negative ? -number : number;
    }

    private string Text()
    {
        StringBuilder text = new();
        for (int c = Byte(); c != '\n'; c = Byte()) text.Append((char)c);
        return text.ToString().TrimEnd('\r');
    }

    private void Fill()
    {
        _at = 0;
        _end = _socket.Receive(_in);
        if (_end == 0) throw new InvalidDataException("the server closed the connection");
    }
}
