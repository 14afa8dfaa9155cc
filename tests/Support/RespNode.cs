using System.Globalization;
using System.Text;

namespace Pkv.Tests.Support;

/// <summary>
/// One RESP2 or RESP3 value as a tree, so that replies of two servers can be compared and shown. Equal when kinds,
/// texts, nulls and members are.
/// </summary>
/// <param name="Kind">The type byte as sent; a map '%' has keys and values in turn.</param>
/// <param name="Text">The text of a scalar, each byte one character (Latin-1).</param>
/// <param name="Items">The members of an aggregate.</param>
public sealed record RespNode(char Kind, string Text, IReadOnlyList<RespNode> Items)
{
    private const string Aggregates = "*~%>";

    /// <summary>A null: "$-1", "*-1" or "_".</summary>
    public bool IsNull { get; init; }

    /// <summary>An error reply.</summary>
    public bool IsError => Kind is '-' or '!';

    /// <summary>The number of an integer reply.</summary>
    public long Integer => Kind == ':' ? long.Parse(Text, CultureInfo.InvariantCulture) : throw new InvalidDataException($"{this} is no integer");

    /// <summary>The bytes of a scalar.</summary>
    public byte[] Bytes => Encoding.Latin1.GetBytes(Text);

    /// <summary>Reads one value.</summary>
    /// <exception cref="EndOfStreamException">The server closed the connection.</exception>
    public static RespNode Read(Stream stream)
    {
        int kind = stream.ReadByte();
        if (kind < 0)
            throw new EndOfStreamException("the server closed the connection");
        string line = ReadLine(stream);
        switch ((char)kind)
        {
            case '$' or '!' or '=':
                int length = int.Parse(line, CultureInfo.InvariantCulture);
                if (length < 0)
                    return new RespNode((char)kind, "", []) { IsNull = true };
                byte[] text = new byte[length + 2];
                stream.ReadExactly(text);
                if (text[^2] != '\r' || text[^1] != '\n')
                    throw new InvalidDataException($"no CRLF after a string of {length} bytes");
                return new RespNode((char)kind, Encoding.Latin1.GetString(text, 0, length), []);
            case '*' or '~' or '%' or '>':
                int count = int.Parse(line, CultureInfo.InvariantCulture) * (kind == '%' ? 2 : 1);
                if (count < 0)
                    return new RespNode((char)kind, "", []) { IsNull = true };
                var items = new RespNode[count];
                for (int i = 0; i < count; i++)
                    items[i] = Read(stream);
                return new RespNode((char)kind, "", items);
            case '+' or '-' or ':' or '_' or ',' or '#' or '(':
                return new RespNode((char)kind, line, []) { IsNull = kind == '_' };
            default:
                throw new InvalidDataException($"'{(char)kind}{line}' is no RESP value");
        }
    }

    /// <summary>A map without some of its members.</summary>
    public RespNode Without(params string[] keys)
    {
        var kept = new List<RespNode>();
        for (int i = 0; i < Items.Count; i += 2)
        {
            if (!keys.Contains(Items[i].Text))
                kept.AddRange([Items[i], Items[i + 1]]);
        }

        return this with { Items = kept };
    }

    /// <summary>The value of a map's member, or null.</summary>
    public RespNode? this[string key]
    {
        get
        {
            for (int i = 0; i < Items.Count; i += 2)
            {
                if (Items[i].Text == key)
                    return Items[i + 1];
            }

            return null;
        }
    }

    /// <inheritdoc/>
    public bool Equals(RespNode? other) =>
        other is not null && Kind == other.Kind && IsNull == other.IsNull && Text == other.Text && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, Text, Items.Count);

    /// <summary>The tree on one line: kinds, texts and members in brackets.</summary>
    public override string ToString() => IsNull ? $"{Kind}(null)"
        : Aggregates.Contains(Kind) ? $"{Kind}[{string.Join(", ", Items)}]"
        : $"{Kind}{Text}";

    private static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (int c = stream.ReadByte(); c != '\r'; c = stream.ReadByte())
        {
            if (c < 0)
                throw new EndOfStreamException("the server closed the connection");
            line.Append((char)c);
        }

        if (stream.ReadByte() != '\n')
            throw new InvalidDataException("a line does not end in CRLF");
        return line.ToString();
    }
}
