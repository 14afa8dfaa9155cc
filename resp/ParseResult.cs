namespace Pkv.Resp;

/// <summary>What the parser made of the bytes at the front of a connection's input.</summary>
public enum ParseStatus
{
    /// <summary>A whole command; its arguments are in the list (none: an empty request, to be skipped).</summary>
    Complete,

    /// <summary>Not all there yet. Nothing was consumed.</summary>
    Incomplete,

    /// <summary>Not RESP. The connection gets an error and is closed.</summary>
    Invalid,
}

/// <summary>See <see cref="ParseStatus"/>.</summary>
public struct ParseResult
{
    public ParseStatus Status;

    /// <summary>Complete: bytes of the command.</summary>
    public long Consumed;

    /// <summary>
    /// Incomplete: bytes of the command, from its first, that are known to be needed: to the end of the bulk
    /// string that is being received. 0 when no length is known yet.
    /// </summary>
    public long Needed;

    /// <summary>Incomplete: that bulk string is the command's last, so <see cref="Needed"/> is its exact length.</summary>
    public bool NeededIsExact;

    /// <summary>Invalid: Redis's error text, without "-ERR ".</summary>
    public string? Error;
}

/// <summary>Limits on one command, by state of the connection.</summary>
public struct ParseLimits
{
    /// <summary>proto-max-bulk-len, bytes.</summary>
    public long MaxBulkBytes;

    /// <summary>Whether a password is set and the client has not given it: then only small commands are read.</summary>
    public bool Unauthenticated;
}
