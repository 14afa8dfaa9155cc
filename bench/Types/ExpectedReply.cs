using System.Buffers.Text;

namespace Pkv.Bench.Types;

/// <summary>What must be answered to a request, known in advance from the request's numbers. Immutable.</summary>
internal sealed unsafe class ExpectedReply
{
    private readonly Template _text;
    private readonly int _items;
    private readonly int _itemBytes;
    private readonly int _nameOffset;
    private readonly long _countFrom;

    private ExpectedReply(Template text, int items = 0, int nameOffset = 0, long countFrom = -1)
    {
        _text = text;
        _items = items;
        _itemBytes = items == 0 ? 0 : (text.Bytes.Length - text.FirstLineBytes) / items;
        _nameOffset = nameOffset;
        _countFrom = countFrom;
    }

    /// <summary>Bytes that the longest such reply can have.</summary>
    public int LengthMax => Math.Max(_text.Bytes.Length, 24);

    /// <summary>Exactly this.</summary>
    public static ExpectedReply Exactly(string text) => new(Template.Of(text));

    /// <summary>These bulk strings in this order.</summary>
    public static ExpectedReply List(params string[] items) => new(Template.List(items));

    /// <summary>
    /// These bulk strings in pairs, the pairs in any order: at most ten pairs of equal length, the last digit of whose first
    /// string is the pair's number.
    /// </summary>
    public static ExpectedReply Pairs(params (string Name, string Value)[] pairs) => new(
        Template.List([.. pairs.SelectMany(p => new[] { p.Name, p.Value })]), pairs.Length, Template.Bulk(pairs[0].Name).Length - 3);

    /// <summary>The integer <paramref name="from"/> while a connection is through its keys for the first time, one more at each pass.</summary>
    public static ExpectedReply Count(long from) => new(Template.Of(":0\r\n"), countFrom: from);

    /// <summary>Lays out the right reply.</summary>
    /// <returns>Its length.</returns>
    public int Write(byte* target, in DrawnNumbers numbers, uint sets)
    {
        if (_countFrom >= 0)
        {
            target[0] = (byte)':';
            _ = Utf8Formatter.TryFormat(_countFrom + numbers.Pass, new Span<byte>(target + 1, LengthMax - 1), out int digits);
            target[digits + 1] = (byte)'\r';
            target[digits + 2] = (byte)'\n';
            return digits + 3;
        }
        _text.Bytes.CopyTo(new Span<byte>(target, _text.Bytes.Length));
        _text.Patch(target, numbers, sets);
        return _text.Bytes.Length;
    }

    /// <summary>How much of a reply that has not come whole can be compared already: its first line.</summary>
    public int FirstLineBytes(int length) => _countFrom >= 0 ? length : _text.FirstLineBytes;

    /// <summary>Compares a whole reply with the right one.</summary>
    public bool Matches(ReadOnlySpan<byte> right, ReadOnlySpan<byte> reply)
    {
        if (_countFrom >= 0) return right.SequenceEqual(reply);
        if (_items == 0) return _text.Matches(right, reply, 0);
        int head = _text.FirstLineBytes;
        if (!right[..head].SequenceEqual(reply[..head])) return false;
        int seen = 0;
        for (int i = 0; i < _items; i++)
        {
            ReadOnlySpan<byte> item = reply.Slice(head + i * _itemBytes, _itemBytes);
            int number = item[_nameOffset] - '0';
            if (number < 0 || number >= _items || (seen & 1 << number) != 0) return false;
            seen |= 1 << number;
            // Compared with the right reply's pair of that number, wherever it stands here.
            if (!_text.Matches(right, item, head + number * _itemBytes)) return false;
        }
        return true;
    }
}
