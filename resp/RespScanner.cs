namespace Pkv.Resp;

/// <summary>
/// Finds the end of a RESP array that arrives in many pieces without reading any byte twice: the arguments
/// are parsed once, when the end is known. Position and counts only, so the bytes may move in between.
/// </summary>
public struct RespScanner
{
    private long _argumentsLeft;
    private bool _started;

    /// <summary>Bytes of the command that have been passed.</summary>
    public long Position { get; private set; }

    /// <summary>Incomplete: bytes known to be needed, 0 when no length is known. Complete: the command's length.</summary>
    public long Needed { get; private set; }

    /// <summary>Incomplete: the bulk string being received is the last, so <see cref="Needed"/> is exact.</summary>
    public bool NeededIsExact { get; private set; }

    /// <summary>
    /// Goes on over the bytes received so far. True: the command is complete, or so malformed that only the parser can
    /// say how.
    /// </summary>
    /// <param name="maxBulkBytes">proto-max-bulk-len: a longer bulk string is not waited for.</param>
    public unsafe bool Advance(byte* start, byte* end, long maxBulkBytes)
    {
        Needed = 0;
        NeededIsExact = false;
        if (!_started)
        {
            if (!TryReadNumber(start, end, out _argumentsLeft, out bool odd))
                return odd;
            _started = true;
        }
        while (_argumentsLeft > 0)
        {
            byte* line = start + Position;
            long before = Position;
            if (line < end && *line != '$')
                return true;
            if (!TryReadNumber(start, end, out long length, out bool odd))
                return odd;
            if (length > maxBulkBytes)
                return true;
            if (end - (start + Position) < length + 2)
            {
                Needed = Position + length + 2;
                NeededIsExact = _argumentsLeft == 1;
                Position = before;
                return false;
            }
            Position += length + 2;
            _argumentsLeft--;
        }
        Needed = Position;
        return true;
    }

    // Reads "?digits\r\n" at the position. "Odd": not that form, for the parser to judge.
    private unsafe bool TryReadNumber(byte* start, byte* end, out long value, out bool odd)
    {
        byte* p = start + Position + 1;
        value = 0;
        odd = false;
        while (p < end && (uint)(*p - '0') <= 9 && value < int.MaxValue)
            value = value * 10 + (*p++ - '0');
        if (end - p < 2)
        {
            odd = end - (start + Position) > RespParser.MaxInlineBytes;
            return false;
        }
        if (*p != '\r')
        {
            odd = true;
            return false;
        }
        Position = p + 2 - start;
        return true;
    }
}
