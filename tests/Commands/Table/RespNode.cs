using System.Globalization;
using System.Text;

namespace Pkv.Tests.Commands.Table;

/// <summary>One RESP3 value as a tree, so that replies of two servers can be compared and shown.</summary>
/// <param name="Kind">The type byte; null is '_', a map '%' with keys and values in turn.</param>
/// <param name="Text">The text of a scalar.</param>
/// <param name="Items">The members of an aggregate.</param>
internal sealed record RespNode(char Kind, string Text, IReadOnlyList<RespNode> Items)
{
    /// <summary>Reads one value.</summary>
    public static RespNode Read(Stream stream)
    {
        char kind = (char)stream.ReadByte();
        string line = ReadLine(stream);
        switch (kind)
        {
            case '$':
                byte[] text = new byte[int.Parse(line, CultureInfo.InvariantCulture) + 2];
                stream.ReadExactly(text);
                return new RespNode(kind, Encoding.UTF8.GetString(text.AsSpan(0, text.Length - 2)), []);
            case '*' or '~' or '%':
                int count = int.Parse(line, CultureInfo.InvariantCulture) * (kind == '%' ? 2 : 1);
                var items = new RespNode[count];
                for (int i = 0; i < count; i++)
                    items[i] = Read(stream);
                return new RespNode(kind, "", items);
            case '+' or '-' or ':' or '_':
                return new RespNode(kind, line, []);
            default:
                throw new InvalidDataException($"'{kind}{line}' is no RESP3 value");
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

    /// <summary>The tree on one line: kinds, texts and members in brackets.</summary>
    public override string ToString() =>
        Items.Count == 0 && "*~%".IndexOf(Kind) < 0 ? $"{Kind}{Text}" : $"{Kind}[{string.Join(", ", Items)}]";

    private static string ReadLine(Stream stream)
    {
        var line = new StringBuilder();
        for (int c = stream.ReadByte(); c != '\r'; c = stream.ReadByte())
        {
            if (c < 0)
                throw new EndOfStreamException("the server closed the connection");
            line.Append((char)c);
        }

        stream.ReadByte();
        return line.ToString();
    }
}
