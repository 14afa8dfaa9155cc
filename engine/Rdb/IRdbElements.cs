namespace Pkv.Engine.Rdb;

/// <summary>Receives the elements of a collection as they are read: fields and values, or members and scores, alternately.</summary>
public interface IRdbElements
{
    /// <summary>The next part of an element, valid during the call. A score may come as a text.</summary>
    void Add(ReadOnlySpan<byte> part);

    /// <summary>The score of the member before.</summary>
    void Add(double score);
}
