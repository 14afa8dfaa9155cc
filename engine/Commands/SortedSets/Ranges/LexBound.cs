namespace Pkv.Engine.Commands.SortedSets.Ranges;

/// <summary>
/// One end of a lexicographical range: "[abc" (inclusive), "(abc" (exclusive), "-" (before everything), "+" (after
/// everything).
/// </summary>
internal readonly ref struct LexBound
{
    private LexBound(Place place, ReadOnlySpan<byte> bytes, bool isLeft)
    {
        At = place;
        Bytes = bytes;
        IsLeft = isLeft;
    }

    internal enum Place
    {
        BeforeAll = -1,
        AtBytes = 0,
        BehindAll = 1,
    }

    public Place At { get; }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>An element of just these bytes lies outside.</summary>
    public bool IsLeft { get; }

    /// <summary>As in Redis, what follows a sign and a zero byte does not count.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out LexBound bound)
    {
        bound = default;
        if (text.Length == 0)
            return false;
        bool isSign = text.Length == 1 || text[1] == 0;
        switch (text[0])
        {
            case (byte)'-' when isSign:
                bound = new LexBound(Place.BeforeAll, default, isLeft: true);
                return true;
            case (byte)'+' when isSign:
                bound = new LexBound(Place.BehindAll, default, isLeft: true);
                return true;
            case (byte)'(' or (byte)'[':
                bound = new LexBound(Place.AtBytes, text[1..], isLeft: text[0] == '(');
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether these bytes are inside a range that begins here.</summary>
    public bool Begins(ReadOnlySpan<byte> bytes) =>
        At == Place.BeforeAll || (At == Place.AtBytes && bytes.SequenceCompareTo(Bytes) is var order && (order > 0 || (order == 0 && !IsLeft)));

    /// <summary>Whether these bytes are inside a range that ends here.</summary>
    public bool Ends(ReadOnlySpan<byte> bytes) =>
        At == Place.BehindAll || (At == Place.AtBytes && bytes.SequenceCompareTo(Bytes) is var order && (order < 0 || (order == 0 && !IsLeft)));
}
