namespace Pkv.Engine.Table.Queries;

/// <summary>
/// Receives the replies of COMMAND queries. The shapes are those of RESP3; an implementation for RESP2 turns a map of n
/// into an array of 2n and a set into an array. Called from one thread, in order, complete replies only.
/// </summary>
public interface ICommandReplySink
{
    /// <summary>Begins an array of n elements.</summary>
    void ArrayHeader(int n);

    /// <summary>Begins a map of n pairs.</summary>
    void MapHeader(int n);

    /// <summary>Begins a set of n elements.</summary>
    void SetHeader(int n);

    /// <summary>A bulk string of ASCII text.</summary>
    void Bulk(string text);

    /// <summary>A bulk string of any bytes, copied before the call returns.</summary>
    void Bulk(ReadOnlySpan<byte> bytes);

    /// <summary>A simple string.</summary>
    void Simple(string text);

    /// <summary>An integer.</summary>
    void Integer(long n);

    /// <summary>The null of the protocol version: $-1 or _.</summary>
    void Null();

    /// <summary>An error; the text starts with its code, "ERR syntax error".</summary>
    void Error(string text);
}
