using System.Text;

namespace Pkv.Bench.Client;

/// <summary>
/// Compares the bytes a server sends with the bytes it must send: every reply is known in advance, so validation is
/// comparison, not parsing, and any other reply (an error, a miss, another key's value) is a
/// <see cref="BadReplyException"/>. Replies may be split anywhere. Not thread-safe.
/// </summary>
/// <remarks>
/// Of values above <see cref="WholeValueBytes"/> one in <see cref="SampleEvery"/> is compared whole; of the others
/// header, digits and both ends are. Comparing all of 512 KiB would cost the client as much as receiving it, and the
/// client must not be what is measured.
/// </remarks>
internal sealed unsafe class ReplyChecker
{
    internal const int WholeValueBytes = 4096;
    internal const int SampleEvery = 16;
    private const int EdgeBytes = 64;

    private readonly RequestShape _shape;
    private readonly RequestBatch _batch;
    private readonly bool _echoesKeys;
    private readonly byte[] _head;
    private int _index;
    private int _offset;
    private int _sample;
    private bool _whole;

    public ReplyChecker(RequestShape shape, RequestBatch batch, bool echoesKeys)
    {
        _shape = shape;
        _batch = batch;
        _echoesKeys = echoesKeys;
        _head = [.. shape.ReplyHead];
    }

    private static ReadOnlySpan<byte> Ok => "+OK\r\n"u8;

    /// <summary>Replies of the current batch that are still to come.</summary>
    public int Remaining => _batch.Count - _index;

    /// <summary>To be called when a new batch has been filled.</summary>
    public void Begin()
    {
        _index = 0;
        _offset = 0;
    }

    /// <summary>Checks received bytes and answers how many replies they completed.</summary>
    /// <exception cref="BadReplyException">The bytes differ from what was asked, or there are too many.</exception>
    public int Accept(ReadOnlySpan<byte> data)
    {
        int before = _index;
        while (data.Length > 0)
        {
            if (_index == _batch.Count) throw Wrong(data, "bytes beyond the last reply");
            int used = _batch.IsSet(_index) ? AcceptOk(data) : AcceptValue(data);
            data = data[used..];
        }
        return _index - before;
    }

    private int AcceptOk(ReadOnlySpan<byte> data)
    {
        int take = Math.Min(Ok.Length - _offset, data.Length);
        if (!data[..take].SequenceEqual(Ok.Slice(_offset, take))) throw Wrong(data, "+OK");
        Advance(take, Ok.Length);
        return take;
    }

    private int AcceptValue(ReadOnlySpan<byte> data)
    {
        if (_offset < _head.Length) return AcceptHead(data);
        int at = _offset - _head.Length;
        int edge = _whole ? _shape.TailBytes : EdgeBytes;
        int take = Math.Min(_shape.TailBytes - at, data.Length);
        ReadOnlySpan<byte> expected = new(_shape.Tail + at, take);
        int skipFrom = Math.Clamp(edge - at, 0, take);
        int skipTo = Math.Clamp(_shape.TailBytes - EdgeBytes - at, skipFrom, take);
        if (!data[..skipFrom].SequenceEqual(expected[..skipFrom]) || !data[skipTo..take].SequenceEqual(expected[skipTo..]))
            throw Wrong(data, "the value that was set");
        Advance(take, _shape.ReplyBytes);
        return take;
    }

    private int AcceptHead(ReadOnlySpan<byte> data)
    {
        if (_offset == 0)
        {
            if (_echoesKeys)
                fixed (byte* head = _head) Digits.Patch(head + _head.Length - Digits.Count, _batch.KeyOf(_index));
            _whole = _shape.ValueBytes <= WholeValueBytes || ++_sample % SampleEvery == 0;
        }
        int take = Math.Min(_head.Length - _offset, data.Length);
        if (!data[..take].SequenceEqual(_head.AsSpan(_offset, take))) throw Wrong(data, "the head of the key's value");
        Advance(take, _shape.ReplyBytes);
        return take;
    }

    private void Advance(int take, int replyBytes)
    {
        _offset += take;
        if (_offset < replyBytes) return;
        _offset = 0;
        _index++;
    }

    private BadReplyException Wrong(ReadOnlySpan<byte> data, string expected)
    {
        string seen = Encoding.Latin1.GetString(data[..Math.Min(96, data.Length)]).Replace("\r\n", "\\r\\n");
        string request = _index < _batch.Count ? $"{(_batch.IsSet(_index) ? "SET" : "GET")} of key {_batch.KeyOf(_index)}" : "no request";
        return new BadReplyException($"{request}: expected {expected} at reply offset {_offset}, received \"{seen}\"");
    }
}
