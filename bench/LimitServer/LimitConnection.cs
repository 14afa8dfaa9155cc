using System.Net.Sockets;
using System.Runtime.InteropServices;
using Pkv.Bench.Native;

namespace Pkv.Bench.LimitServer;

/// <summary>One client of the limit server: where its parser stands and which replies it is still owed.</summary>
internal sealed unsafe class LimitConnection : IDisposable
{
    private const int DontWait = 0x40;
    private const int VectorsPerCall = 64;
    private readonly Socket _socket;
    private readonly NativeBuffer _kinds;
    private readonly LimitReplies _replies;
    private LimitParser _parser;
    private int _next;
    private int _count;
    private int _sentOfNext;

    public LimitConnection(Socket socket, LimitReplies replies, int receiveBytes)
    {
        _socket = socket;
        _replies = replies;
        _kinds = new NativeBuffer(receiveBytes / LimitParser.CommandBytesMin + 2);
        Descriptor = (int)socket.Handle;
    }

    public int Descriptor { get; }

    /// <summary>True while replies wait for space in the kernel's send buffer; nothing is received meanwhile.</summary>
    public bool OwesReplies => _next < _count;

    /// <summary>Bytes of the last receive, 0 if there were none.</summary>
    public int ReceivedBytes { get; private set; }

    /// <summary>Receives once and parses; answers false when the client has gone or sent what is not RESP.</summary>
    public bool Receive(byte* target, int lengthBytes)
    {
        nint received = Libc.Receive(Descriptor, target, (nuint)lengthBytes, DontWait);
        ReceivedBytes = (int)Math.Max(received, 0);
        if (received < 0) return Marshal.GetLastPInvokeError() is Libc.ErrnoAgain or Libc.ErrnoInterrupted;
        if (received == 0) return false;
        _next = 0;
        _count = _parser.Consume(target, (int)received, _kinds.Address);
        return !_parser.IsBroken;
    }

    /// <summary>Sends owed replies until none is left or the kernel takes no more; answers false when the client has gone.</summary>
    public bool Send()
    {
        IoVector* vectors = stackalloc IoVector[VectorsPerCall];
        while (_next < _count)
        {
            MessageHeader message = default;
            message.Vectors = vectors;
            message.VectorCount = (nuint)Gather(vectors);
            nint sent = Libc.SendMessage(Descriptor, &message, DontWait | Libc.NoSignal);
            if (sent < 0) return Marshal.GetLastPInvokeError() is Libc.ErrnoAgain or Libc.ErrnoInterrupted;
            Advance(sent);
        }
        return true;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _kinds.Dispose();
    }

    private int Gather(IoVector* vectors)
    {
        int vectorCount = 0;
        int skip = _sentOfNext;
        for (int at = _next; at < _count && vectorCount < VectorsPerCall;)
        {
            byte kind = _kinds.Address[at];
            int runEnd = at + 1;
            int runMax = Math.Min(_count, at + _replies.RepeatsOf(kind));
            while (runEnd < runMax && _kinds.Address[runEnd] == kind) runEnd++;
            vectors[vectorCount++] = _replies.Vector(kind, runEnd - at, skip);
            skip = 0;
            at = runEnd;
        }
        return vectorCount;
    }

    private void Advance(nint sent)
    {
        sent += _sentOfNext;
        while (_next < _count)
        {
            int replyBytes = _replies.BytesOf(_kinds.Address[_next]);
            if (sent < replyBytes) break;
            sent -= replyBytes;
            _next++;
        }
        _sentOfNext = (int)sent;
    }
}
