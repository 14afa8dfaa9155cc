namespace Pkv.Server.Rdb;

/// <summary>Takes the elements of a collection as they are read: fields and values, members and scores in turn.</summary>
public interface IRdbElements
{
    /// <summary>The next part of an element, valid during the call. A score may come as a text.</summary>
    void Add(ReadOnlySpan<byte> part);

    /// <summary>The score of the member before.</summary>
    void Add(double score);
}
