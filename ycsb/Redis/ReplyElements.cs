namespace Pkv.Ycsb.Redis;

/// <summary>The bulk strings of a whole reply that is an array, one after the other. Allocates nothing.</summary>
internal ref struct ReplyElements
{
    private readonly ReadOnlySpan<byte> _reply;
    private int _at;

    /// <param name="reply">A whole reply.</param>
    /// <exception cref="IOException">It is no array.</exception>
    public ReplyElements(ReadOnlySpan<byte> reply)
    {
        if (reply[0] != '*') throw new IOException($"an array was expected, not {System.Text.Encoding.Latin1.GetString(reply[..Math.Min(40, reply.Length)]).TrimEnd()}");
        _reply = reply;
        _at = 1;
        Reply.TryReadNumber(reply, ref _at, out long count);
        Left = (int)Math.Max(0, count);
    }

    /// <summary>Elements that are still to come.</summary>
    public int Left { get; private set; }

    /// <summary>Takes the next element; false when there is none. A null is an empty string and <paramref name="isNull"/>.</summary>
    /// <exception cref="IOException">It is no bulk string.</exception>
    public bool Next(out ReadOnlySpan<byte> element, out bool isNull)
    {
        element = default;
        isNull = false;
        if (Left == 0) return false;
        Left--;
        if (_reply[_at++] != '$') throw new IOException("an array holds what is no bulk string");
        Reply.TryReadNumber(_reply, ref _at, out long length);
        isNull = length < 0;
        if (isNull) return true;
        element = _reply.Slice(_at, (int)length);
        _at += (int)length + 2;
        return true;
    }
}
