using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// One connection of a stream. What the socket has received counts as answered whether or not the stream's own thread has
/// looked: <see cref="Pump"/> may be called from the engine's threads as well, under the stream's lock.
/// </summary>
internal sealed class StreamClient : IDisposable
{
    private readonly Socket _socket;
    private readonly Queue<StreamCommand> _awaited = new();
    private byte[] _input = new byte[1 << 16];
    private int _begin, _end;
    private int _repliesOfFirst;

    public StreamClient(string path)
    {
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _socket.Connect(new UnixDomainSocketEndPoint(path));
    }

    /// <summary>Commands sent and not answered.</summary>
    public int Awaited => _awaited.Count;

    /// <summary>A reply was "the pool is full".</summary>
    public bool WasRefused { get; set; }

    /// <summary>The commands are sent as far as the server can tell: under the stream's lock, before <see cref="Send"/>.</summary>
    public void Expect(StreamCommand command, long tick)
    {
        command.SentTick = tick;
        _awaited.Enqueue(command);
    }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[_socket.Send(bytes)..];
    }

    /// <summary>Waits a moment for something to read.</summary>
    public void Wait() => _socket.Poll(2000, SelectMode.SelectRead);

    /// <summary>Takes what the socket has. Under the stream's lock.</summary>
    public void Pump(long tick)
    {
        while (_awaited.Count > 0 && _socket.Available is int available and > 0)
        {
            if (_input.Length - _end < available)
                MakeRoom(available);
            int received = _socket.Receive(_input.AsSpan(_end));
            _end += received;
            while (_awaited.Count > 0 && TakeReply(tick))
            {
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private void MakeRoom(int bytes)
    {
        byte[] larger = _end - _begin + bytes <= _input.Length ? _input : new byte[Math.Max(_input.Length * 2, _end - _begin + bytes)];
        Buffer.BlockCopy(_input, _begin, larger, 0, _end - _begin);
        (_end, _begin, _input) = (_end - _begin, 0, larger);
    }

    private bool TakeReply(long tick)
    {
        List<string?> errors = [];
        int at = _begin;
        if (!Skip(ref at, errors, depth: 0))
            return false;
        _begin = at;
        StreamCommand first = _awaited.Peek();
        _repliesOfFirst++;
        bool isLast = _repliesOfFirst == first.Replies;
        for (int i = 0; i < errors.Count; i++)
        {
            if (errors[i] is { } error)
                Refuse(first, error, isLast ? i : _repliesOfFirst - 2, isWhole: isLast && errors.Count == 1);
        }
        if (isLast)
        {
            first.AnsweredTick = tick;
            _awaited.Dequeue();
            _repliesOfFirst = 0;
        }
        return true;
    }

    private void Refuse(StreamCommand command, string error, int reply, bool isWhole)
    {
        if (!error.StartsWith("OOM", StringComparison.Ordinal) && !error.StartsWith("EXECABORT", StringComparison.Ordinal))
            throw new InvalidDataException($"{command.Text} is answered -{error}");
        WasRefused = true;
        if (isWhole)
            command.RefuseAll();
        else
            command.Refuse(reply);
    }

    // One reply: of a lone one, or of each member of an array, the error text or null.
    private bool Skip(ref int at, List<string?> errors, int depth)
    {
        int line = _input.AsSpan(at, _end - at).IndexOf((byte)'\n');
        if (line < 0)
            return false;
        string text = Encoding.Latin1.GetString(_input, at + 1, line - 2);
        char kind = (char)_input[at];
        at += line + 1;
        switch (kind)
        {
            case '$':
                int length = int.Parse(text, CultureInfo.InvariantCulture);
                at += length < 0 ? 0 : length + 2;
                errors.Add(null);
                return at <= _end;
            case '*':
                int count = int.Parse(text, CultureInfo.InvariantCulture);
                for (int i = 0; i < count; i++)
                {
                    List<string?> inner = [];
                    if (!Skip(ref at, inner, depth + 1))
                        return false;
                    errors.Add(inner.Find(e => e is not null));
                }
                // So that an array of one is not taken for a lone reply.
                if (depth == 0)
                    errors.Add(null);
                return true;
            default:
                errors.Add(kind == '-' ? text : null);
                return true;
        }
    }
}
