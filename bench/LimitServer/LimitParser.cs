namespace Pkv.Bench.LimitServer;

/// <summary>
/// Finds the ends of RESP commands and nothing else: counts bulks, skips each by its announced length without looking
/// inside, and remembers whether the first bulk began with G, or was HGETALL. A mutable struct, one per connection; it may be stopped
/// and resumed at any byte.
/// </summary>
internal unsafe struct LimitParser
{
    /// <summary>Fewest bytes that can yield a reply, of a client that leaves out all that this parser does not look at.</summary>
    public const int CommandBytesMin = 5;

    private const int HashReadNameBytes = 7; // HGETALL; the other commands of a YCSB client that begin with H are shorter

    private long _skipBytes;
    private long _number;
    private int _bulksLeft;
    private bool _awaitsName;
    private bool _isGet;

    /// <summary>True once a byte was seen that no RESP command has there; the connection is then to be closed.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// Consumes all of <paramref name="data"/> and writes one byte per completed command to
    /// <paramref name="replyKinds"/>: 1 for a GET or HGETALL, 0 for anything else. Answers how many were completed.
    /// </summary>
    public int Consume(byte* data, int lengthBytes, byte* replyKinds)
    {
        byte* end = data + lengthBytes;
        byte* kinds = replyKinds;
        while (data < end)
        {
            if (_skipBytes > 0)
            {
                if (_awaitsName)
                {
                    _awaitsName = false;
                    int first = *data | 0x20;
                    _isGet = first == 'g' || (first == 'h' && _skipBytes == HashReadNameBytes + 2);
                }
                long take = Math.Min(_skipBytes, end - data);
                data += take;
                _skipBytes -= take;
                if (_skipBytes == 0 && _bulksLeft == 0) *kinds++ = _isGet ? (byte)1 : (byte)0;
                continue;
            }
            byte next = *data++;
            uint digit = (uint)next - '0';
            if (digit <= 9) _number = _number * 10 + digit;
            else if (next == '\n') EndLine();
            else if (next != '$' && next != '*' && next != '\r') IsBroken = true;
        }
        return (int)(kinds - replyKinds);
    }

    private void EndLine()
    {
        if (_bulksLeft == 0)
        {
            _bulksLeft = (int)_number;
            _awaitsName = true;
        }
        else
        {
            _bulksLeft--;
            _skipBytes = _number + 2;
        }
        _number = 0;
    }
}
