using Pkv.Resp;

namespace Pkv.Engine.Commands.Sorting;

/// <summary>One element to be sorted.</summary>
internal unsafe struct SortItem
{
    /// <summary>The element's bulk string.</summary>
    public byte* Bulk;

    /// <summary>With BY and ALPHA the weight's bulk string, or null.</summary>
    public byte* Weight;

    /// <summary>Without ALPHA.</summary>
    public double Score;

    /// <summary>Its place before: what is equal keeps its order.</summary>
    public int Place;
}

/// <summary>
/// The order of SORT: by number and then by bytes, or (ALPHA) by bytes alone. Redis compares by the locale's collation
/// unless it stores; here the locale is C, in which a string ends at a zero byte.
/// </summary>
internal readonly unsafe struct SortOrder(bool alpha, bool descending, bool byWeight, bool stores) : IComparer<SortItem>
{
    public int Compare(SortItem x, SortItem y)
    {
        int order = !alpha ? CompareNumbers(x, y) : byWeight ? CompareWeights(x, y) : CompareTexts(x.Bulk, y.Bulk);
        return order == 0 ? x.Place.CompareTo(y.Place) : descending ? -order : order;
    }

    private static int CompareNumbers(in SortItem x, in SortItem y) =>
        x.Score > y.Score ? 1 : x.Score < y.Score ? -1 : Bytes(x.Bulk).SequenceCompareTo(Bytes(y.Bulk));

    private int CompareWeights(in SortItem x, in SortItem y) => x.Weight == null || y.Weight == null
        ? (x.Weight != null).CompareTo(y.Weight != null)
        : CompareTexts(x.Weight, y.Weight);

    private int CompareTexts(byte* x, byte* y) =>
        stores ? Bytes(x).SequenceCompareTo(Bytes(y)) : ToZero(Bytes(x)).SequenceCompareTo(ToZero(Bytes(y)));

    private static ReadOnlySpan<byte> Bytes(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }

    private static ReadOnlySpan<byte> ToZero(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }
}
