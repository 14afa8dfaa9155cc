using Pkv.Resp;


namespace Pkv.Engine.Keyspace.Pieces;

/// <summary>
/// What a record of pieces says about its string: <c>birth</c>, <c>birth base</c> or <c>birth base expiry</c>, decimal numbers
/// with a space between. So each record tells whether what the key holds is what it changes, whatever became of other records.
/// </summary>
/// <param name="Birth">Number of the command with which the string began to be one of pieces.</param>
/// <param name="BaseBytes">Length of the value that it was until then, which stays where it was; 0: there was none, or it was copied.</param>
/// <param name="ExpiryMs">Unix ms, or -1.</param>
internal readonly record struct PieceHead(ulong Birth, long BaseBytes, long ExpiryMs)
{
    public const int MaxBytes = 3 * Integers.MaxBytes + 2;

    /// <summary>Reads a head; false if it is invalid.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out PieceHead head)
    {
        long expiryMs = -1, baseBytes = 0;
        head = default;
        bool isSound = TryNext(ref text, out long birth) && birth > 0
            && (text.Length == 0 || (TryNext(ref text, out baseBytes) && baseBytes is >= 0 and <= int.MaxValue))
            && (text.Length == 0 || (TryNext(ref text, out expiryMs) && expiryMs >= 0 && text.Length == 0));
        head = new PieceHead((ulong)birth, baseBytes, expiryMs);
        return isSound;
    }

    /// <summary>Writes the head's text; returns the end.</summary>
    public unsafe byte* Write(byte* p)
    {
        p = Integers.Write(p, (long)Birth);
        if (BaseBytes == 0 && ExpiryMs < 0)
            return p;
        *p++ = (byte)' ';
        p = Integers.Write(p, BaseBytes);
        if (ExpiryMs < 0)
            return p;
        *p++ = (byte)' ';
        return Integers.Write(p, ExpiryMs);
    }

    private static bool TryNext(ref ReadOnlySpan<byte> text, out long number)
    {
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? text : text[..space];
        text = space < 0 ? default : text[(space + 1)..];
        // A space at the end is a number too few.
        return Integers.TryParse(word, out number) && !(space >= 0 && text.Length == 0);
    }
}
