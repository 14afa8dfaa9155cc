using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.LimitServer;

/// <summary>
/// The two possible replies, each repeated in a strip of memory, so that a run of equal replies is one I/O vector and
/// the server copies nothing in user space. Immutable; shared by all connections.
/// </summary>
internal sealed unsafe class LimitReplies : IDisposable
{
    private const int StripBytes = 64 * 1024;
    private readonly NativeBuffer[] _strips = new NativeBuffer[2];
    private readonly int[] _replyBytes = new int[2];
    private readonly int[] _repeats = new int[2];

    /// <param name="valueBytes">Length of the one value that every GET returns.</param>
    /// <param name="fields">0; or HGETALL returns so many fields, each with such a value.</param>
    public LimitReplies(int valueBytes, int fields = 0)
    {
        using RequestShape shape = new(valueBytes);
        byte[] value = [.. shape.ReplyHead, .. new ReadOnlySpan<byte>(shape.Tail, shape.TailBytes)];
        LayOut(0, Encoding.ASCII.GetBytes("+OK\r\n"));
        LayOut(1, fields == 0 ? value : RecordOf(value, fields));
    }

    /// <summary>Bytes of one reply of a kind.</summary>
    public int BytesOf(int kind) => _replyBytes[kind];

    /// <summary>How many replies of a kind one vector can carry.</summary>
    public int RepeatsOf(int kind) => _repeats[kind];

    /// <summary><paramref name="count"/> replies of a kind, less the first <paramref name="skipBytes"/> bytes.</summary>
    public IoVector Vector(int kind, int count, int skipBytes) =>
        new(_strips[kind].Address + skipBytes, count * _replyBytes[kind] - skipBytes);

    public void Dispose()
    {
        foreach (NativeBuffer strip in _strips) strip.Dispose();
    }

    private static byte[] RecordOf(byte[] value, int fields)
    {
        List<byte> record = [.. Encoding.ASCII.GetBytes($"*{2 * fields}\r\n")];
        for (int i = 0; i < fields; i++)
        {
            string name = $"field{i}";
            record.AddRange(Encoding.ASCII.GetBytes($"${name.Length}\r\n{name}\r\n"));
            record.AddRange(value);
        }
        return [.. record];
    }

    private void LayOut(int kind, byte[] reply)
    {
        int repeats = Math.Max(1, StripBytes / reply.Length);
        _strips[kind] = new NativeBuffer((long)repeats * reply.Length);
        _replyBytes[kind] = reply.Length;
        _repeats[kind] = repeats;
        for (int i = 0; i < repeats; i++) reply.CopyTo(_strips[kind].Span[(i * reply.Length)..]);
    }
}
