using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Pkv.Bench.Client;

namespace Pkv.Bench.Types;

/// <summary>
/// Bytes in which numbers of fixed width stand in fixed places, named in braces when it is written: <c>{key}</c> and
/// <c>{set}</c> twelve digits, <c>{stamp}</c>, <c>{score}</c> and <c>{newscore}</c> eight, <c>{field}</c> one;
/// <c>{any}</c> are eight bytes that are not compared; <c>{{</c> is a brace itself. Immutable; shared by all connections.
/// </summary>
internal sealed unsafe class Template
{
    /// <summary>Added to scores, so that they always have eight digits and no leading zero.</summary>
    public const uint ScoreBase = 10_000_000;

    private const int UncomparedBytes = 8;

    private static readonly (string Name, Number Number, int Width)[] Known =
    [
        ("key", Number.Key, Digits.Count), ("set", Number.Set, Digits.Count), ("stamp", Number.Stamp, 8), ("score", Number.Score, 8),
        ("newscore", Number.NewScore, 8), ("field", Number.Field, 1), ("any", Number.Any, UncomparedBytes),
    ];

    private readonly (Number Number, int Offset)[] _places;
    private readonly int[] _uncompared;

    private Template(byte[] bytes, List<(Number Number, int Offset)> places)
    {
        Bytes = bytes;
        _places = [.. places.Where(p => p.Number != Number.Any)];
        _uncompared = [.. places.Where(p => p.Number == Number.Any).Select(p => p.Offset)];
        FirstLineBytes = Array.IndexOf(bytes, (byte)'\n') + 1;
    }

    private enum Number
    {
        Key,
        Set,
        Stamp,
        Score,
        NewScore,
        Field,
        Any,
    }

    /// <summary>The text with zeros in place of numbers.</summary>
    public byte[] Bytes { get; }

    /// <summary>Length of the first line with its end.</summary>
    public int FirstLineBytes { get; }

    /// <exception cref="ArgumentException">A name in braces is not known.</exception>
    public static Template Of(string text)
    {
        StringBuilder bytes = new();
        List<(Number, int)> places = [];
        for (int i = 0; i < text.Length; i++)
        {
            bool isDoubled = text[i] == '{' && i + 1 < text.Length && text[i + 1] == '{';
            if (text[i] != '{' || isDoubled)
            {
                bytes.Append(text[i]);
                if (isDoubled) i++;
                continue;
            }
            int end = text.IndexOf('}', i);
            (_, Number number, int width) = Find(text[(i + 1)..end]);
            places.Add((number, bytes.Length));
            bytes.Append('0', width);
            i = end;
        }
        return new Template(Encoding.ASCII.GetBytes(bytes.ToString()), places);
    }

    /// <summary>A command of arguments that may contain numbers.</summary>
    public static Template Command(params string[] arguments) =>
        Of($"*{arguments.Length.ToString(CultureInfo.InvariantCulture)}\r\n" + string.Concat(arguments.Select(Bulk)));

    /// <summary>An array of bulk strings that may contain numbers.</summary>
    public static Template List(IReadOnlyCollection<string> items) =>
        Of($"*{items.Count.ToString(CultureInfo.InvariantCulture)}\r\n" + string.Concat(items.Select(Bulk)));

    /// <summary>A bulk string, as text for <see cref="Of"/>.</summary>
    public static string Bulk(string text) => string.Create(CultureInfo.InvariantCulture, $"${Of(text).Bytes.Length}\r\n{text}\r\n");

    /// <summary>Writes the numbers to their places in a copy of <see cref="Bytes"/>.</summary>
    /// <param name="copy">As many bytes.</param>
    /// <param name="numbers">What to write.</param>
    /// <param name="sets">How many sets the members are spread over.</param>
    public void Patch(byte* copy, in DrawnNumbers numbers, uint sets)
    {
        foreach ((Number number, int offset) in _places)
        {
            byte* at = copy + offset;
            switch (number)
            {
                case Number.Key: Digits.Patch(at, numbers.Key); break;
                case Number.Set: Digits.Patch(at, numbers.Key % sets); break;
                case Number.Stamp: Unsafe.WriteUnaligned(at, Digits.Eight(numbers.Stamp)); break;
                case Number.Score: Unsafe.WriteUnaligned(at, Digits.Eight(ScoreBase + numbers.Key)); break;
                case Number.NewScore: Unsafe.WriteUnaligned(at, Digits.Eight(ScoreBase + numbers.Stamp % ScoreBase)); break;
                default: *at = (byte)('0' + numbers.Field); break;
            }
        }
    }

    /// <summary>True if the bytes equal those of a patched copy, except the parts that are not compared.</summary>
    /// <param name="copy">The patched copy.</param>
    /// <param name="bytes">As many bytes as a part of it has.</param>
    /// <param name="from">Where that part begins.</param>
    public bool Matches(ReadOnlySpan<byte> copy, ReadOnlySpan<byte> bytes, int from)
    {
        int at = 0;
        foreach (int offset in _uncompared)
        {
            int gap = offset - from;
            if (gap + UncomparedBytes <= at || gap >= bytes.Length) continue;
            int upTo = Math.Max(gap, at);
            if (!bytes[at..upTo].SequenceEqual(copy[(from + at)..(from + upTo)])) return false;
            at = Math.Min(gap + UncomparedBytes, bytes.Length);
        }
        return bytes[at..].SequenceEqual(copy.Slice(from + at, bytes.Length - at));
    }

    private static (string Name, Number Number, int Width) Find(string name)
    {
        foreach ((string Name, Number Number, int Width) known in Known)
            if (known.Name == name) return known;
        throw new ArgumentException($"{{{name}}} is no number of a template");
    }
}
