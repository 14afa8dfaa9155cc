using System.Diagnostics;
using System.Runtime.InteropServices;
using Pkv.Engine.Replies;
using Pkv.Linux;
using Pkv.Server.Configuration;
using Pkv.Zio.Buffers;

namespace Pkv.Server.Net;

/// <summary>
/// Sends the turn's replies: small ones in one send, large ones gathered by the kernel from the pool. What a
/// socket does not take at once, or what waits for the device, is queued with its segments pinned.
/// </summary>
public sealed unsafe class Sender : IDisposable
{
    private const int MaxVectors = 1024;

    // In one call, which goes on for as long as the client reads along: a ms or two.
    private const long MaxSendBytes = 4 << 20;

    // Of more than that, so much in one call, until others have waited long enough.
    private const long PartBytes = 1 << 20;
    private static readonly long s_share = Stopwatch.Frequency / 500;  // 2 ms

    // What is left of larger replies is not copied: the buffer is given away.
    private const int DetachBytes = 1 << 20;

    private readonly ServerState _server;
    private readonly IoThread _thread;
    private readonly GatherBuffer _gather;
    private readonly IoVector* _vectors;
    private readonly List<Connection> _held = [];

    public Sender(ServerState server, IoThread thread, GatherBuffer gather)
    {
        _server = server;
        _thread = thread;
        _gather = gather;
        _vectors = (IoVector*)NativeMemory.Alloc(MaxVectors, (nuint)sizeof(IoVector));
    }

    public void Dispose() => NativeMemory.Free(_vectors);

    /// <summary>
    /// Sends what this turn wrote for the connection: at once, or, where it tells of what the device does not have
    /// yet, after the next sync.
    /// </summary>
    /// <param name="connection">Whose replies.</param>
    /// <param name="isLast">Nobody else's are in the buffer any more.</param>
    public void Send(Connection connection, bool isLast = false)
    {
        if (connection.IsClosed || (connection.ReplyStart == connection.ReplyEnd && connection.SliceStart == connection.SliceEnd))
            return;
        Debug.Assert(connection.ReplyStart <= connection.ReplyEnd && connection.ReplyEnd <= _gather.Length, "replies lie in the buffer that they were written to");
        Debug.Assert(connection.SliceStart <= connection.SliceEnd && connection.SliceEnd <= _gather.SliceCount, "slices stand in the buffer that they were noted in");
        if (connection.AwaitsDurability)
        {
            connection.AwaitsDurability = false;
            if (connection.HoldTicket == 0)
                _held.Add(connection);
            connection.HoldTicket = _server.Durability.DrawTicket();
        }
        long sent = 0;
        if (connection.Output.IsEmpty && connection.HoldTicket == 0)
        {
            sent = SendDirect(connection);
            if (sent < 0)
            {
                _thread.Close(connection);
                return;
            }
        }
        int rest = connection.ReplyEnd - connection.ReplyStart - (int)Math.Min(sent, int.MaxValue);
        bool isQueued = true;
        if (isLast && rest > DetachBytes && connection.SliceStart == connection.SliceEnd)
            connection.Output.AppendOwned(_gather.Detach(out int capacity), capacity, connection.ReplyEnd - rest, rest);
        else
            isQueued = TryQueueRest(connection, sent);
        if (isQueued)
            AfterQueueing(connection);
        else
            _thread.Close(connection);
    }

    /// <summary>The socket takes more.</summary>
    public void Continue(Connection connection)
    {
        long until = Stopwatch.GetTimestamp() + s_share;
        while (!connection.Output.IsEmpty && connection.HoldTicket == 0)
        {
            int count = connection.Output.Peek(_vectors, MaxVectors, PartBytes);
            nint sent = SendVectors(connection.Descriptor, count);
            if (sent < 0)
            {
                if (Errno.Current is Errno.EAgain or Errno.EIntr)
                    break;
                _thread.Close(connection);
                return;
            }
            _thread.Counters.NetOutputBytes += sent;
            connection.Output.Consume(sent);
            if (Stopwatch.GetTimestamp() >= until)
                break;
        }
        if (connection.Output.IsEmpty && connection.Session.CloseAfterReply)
        {
            _thread.Close(connection);
            return;
        }
        Ask(connection);
    }

    /// <summary>Queues bytes that belong to no command, and sends what the socket takes.</summary>
    public void Push(Connection connection, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* p = bytes)
            connection.Output.AppendCopy(p, bytes.Length);
        SendQueued(connection);
    }

    /// <summary>Sends what the socket takes of what is queued, and holds the rest to its limit.</summary>
    public void SendQueued(Connection connection)
    {
        if (!connection.WantsWrite)
            Continue(connection);
        if (!connection.IsClosed)
            CheckLimits(connection);
    }

    /// <summary>A sync was completed: sends what waited for it.</summary>
    public void ReleaseHeld()
    {
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            Connection connection = _held[i];
            if (!connection.IsClosed && !_server.Durability.IsServed(connection.HoldTicket))
                continue;
            _held[i] = _held[^1];
            _held.RemoveAt(_held.Count - 1);
            connection.HoldTicket = 0;
            if (!connection.IsClosed)
                Continue(connection);
        }
    }

    // Returns the bytes that the socket took, or -1 when it is broken.
    private long SendDirect(Connection connection)
    {
        nint sent;
        if (connection.SliceStart == connection.SliceEnd)
        {
            long length = connection.ReplyEnd - connection.ReplyStart;
            if (length > MaxSendBytes)
                length = PartBytes;
            sent = SocketCalls.Send(connection.Descriptor, _gather.Base + connection.ReplyStart, (nuint)length, SocketCalls.MsgNoSignal);
        }
        else
            sent = SendVectors(connection.Descriptor, BuildVectors(connection));
        if (sent >= 0)
        {
            _thread.Counters.NetOutputBytes += sent;
            return sent;
        }
        return Errno.Current is Errno.EAgain or Errno.EIntr ? 0 : -1;
    }

    private nint SendVectors(int descriptor, int count)
    {
        MessageHeader message = new() { Vectors = _vectors, VectorCount = (nuint)count };
        return SocketCalls.SendMsg(descriptor, &message, SocketCalls.MsgNoSignal);
    }

    private int BuildVectors(Connection connection)
    {
        int count = 0;
        int at = connection.ReplyStart;
        long left = MaxSendBytes;
        for (int i = connection.SliceStart; i < connection.SliceEnd && count < MaxVectors - 2 && left > 0; i++)
        {
            ref readonly GatherBuffer.Slice slice = ref _gather.SliceAt(i);
            Debug.Assert(slice.At >= at && slice.At <= connection.ReplyEnd, "slices stand in the order in which they are sent");
            AddVector(ref count, ref left, _gather.Base + at, slice.At - at);
            at = slice.At;
            AddVector(ref count, ref left, (byte*)slice.Start, slice.Bytes);
            if (i == connection.SliceEnd - 1)
                AddVector(ref count, ref left, _gather.Base + at, connection.ReplyEnd - at);
        }
        return count;
    }

    private void AddVector(ref int count, ref long left, byte* start, long bytes)
    {
        bytes = Math.Min(bytes, left);
        if (bytes <= 0)
            return;
        Debug.Assert(count < MaxVectors, "no more vectors are filled than there are");
        _vectors[count++] = new IoVector { Base = start, Length = (nuint)bytes };
        left -= bytes;
    }

    // False: there is no memory for what the socket did not take, and a reply with a hole is worse than none.
    private bool TryQueueRest(Connection connection, long skip)
    {
        try
        {
            QueueRest(connection, skip);
            return true;
        }
        catch (OutOfMemoryException)
        {
            _server.Log?.Invoke($"OUT_OF_MEMORY in sending closed the connection of {connection.Session.RemoteAddress}");
            return false;
        }
    }

    private void QueueRest(Connection connection, long skip)
    {
        int at = connection.ReplyStart;
        for (int i = connection.SliceStart; i < connection.SliceEnd; i++)
        {
            ref readonly GatherBuffer.Slice slice = ref _gather.SliceAt(i);
            Debug.Assert(slice.At >= at && slice.At <= connection.ReplyEnd, "slices stand in the order in which they are sent");
            QueueCopy(connection, at, slice.At, ref skip);
            at = slice.At;
            if (skip < slice.Bytes)
            {
                byte* start = (byte*)slice.Start;
                connection.Output.AppendSlice(start + skip, slice.Bytes - skip, ZeroBytes.Contains(start) ? null : _server.Pool.SegmentAt(start));
            }
            skip = Math.Max(0, skip - slice.Bytes);
        }
        QueueCopy(connection, at, connection.ReplyEnd, ref skip);
    }

    private void QueueCopy(Connection connection, int from, int to, ref long skip)
    {
        long skipped = Math.Min(skip, to - from);
        skip -= skipped;
        if (to - from > skipped)
            connection.Output.AppendCopy(_gather.Base + from + skipped, to - from - skipped);
    }

    private void AfterQueueing(Connection connection)
    {
        if (connection.Output.IsEmpty)
            return;
        CheckLimits(connection);
        if (!connection.IsClosed)
            Ask(connection);
    }

    private void Ask(Connection connection)
    {
        bool wants = !connection.Output.IsEmpty && connection.HoldTicket == 0;
        if (wants == connection.WantsWrite)
            return;
        connection.WantsWrite = wants;
        connection.Listen();
    }

    /// <summary>Closes a client whose replies pile up beyond client-output-buffer-limit.</summary>
    public void CheckLimits(Connection connection)
    {
        if (!IsOverLimit(connection))
            return;
        _thread.Counters.OutputLimitCloses++;
        _thread.Close(connection);
    }

    // The soft limit's time runs from the first look that finds it passed.
    private bool IsOverLimit(Connection connection)
    {
        OutputBufferLimits limits = _server.Options.ClientOutputBufferLimits;
        OutputBufferLimit limit = connection.Session.IsSubscribed ? limits.Pubsub : limits.Normal;
        long bytes = connection.Output.Bytes;
        bool hard = limit.HardBytes > 0 && bytes > limit.HardBytes;
        bool soft = limit.SoftBytes > 0 && bytes > limit.SoftBytes;
        long now = _thread.Context.NowMs;
        if (!soft)
            connection.SoftLimitSinceMs = 0;
        else if (connection.SoftLimitSinceMs == 0)
            connection.SoftLimitSinceMs = now;
        return hard || (soft && now - connection.SoftLimitSinceMs >= limit.SoftSeconds * 1000L);
    }
}
