using System.Text;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Resp;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// What a collection holds as a text that can be compared: its type, then its elements, of a list in order, else sorted. An element
/// is a name, filled up with dots; the text has the name and the length.
/// </summary>
internal static unsafe class CollectionText
{
    /// <summary>An element as a client sends it.</summary>
    public static byte[] Item(string name, int bytes) => Encoding.ASCII.GetBytes(name.PadRight(bytes, '.'));

    /// <summary>An element as the text has it.</summary>
    public static string Of(ReadOnlySpan<byte> item)
    {
        int filled = item.Length;
        while (filled > 0 && item[filled - 1] == '.')
            filled--;
        return $"{Encoding.Latin1.GetString(item[..filled]).Replace('\n', '?')}:{item.Length}";
    }

    /// <summary>The name in an element's text.</summary>
    public static string NameOf(string text) => text[..text.LastIndexOf(':')];

    /// <summary>The elements; of a hash and of a sorted set each with a tab and its value or score.</summary>
    public static List<string> Items(byte[]? value) => value is null ? [] : [.. Encoding.Latin1.GetString(value).Split('\n').Skip(1)];

    /// <summary>Null: nothing is left, so there is no such key.</summary>
    /// <param name="type">Its first letter: h, l, t, z, or x for a stream.</param>
    /// <param name="items">As <see cref="Items"/>; of a list in order.</param>
    public static byte[]? Join(char type, IEnumerable<string> items)
    {
        List<string> all = [.. items];
        if (type != 'l')
            all.Sort(StringComparer.Ordinal);
        return all.Count == 0 ? null : Encoding.Latin1.GetBytes($"{type}\n{string.Join('\n', all)}");
    }

    /// <summary>What a recovered collection holds.</summary>
    public static byte[] Read(Collection* collection, byte* pool)
    {
        if (collection->Kind == ValueKind.Stream)
            return EntryMaker.Read(collection, pool);
        List<string> items = [];
        for (ElementCursor cursor = new(collection->Elements); cursor.IsValid; cursor.MoveNext())
        {
            string item = Of(Data(cursor.Bulk(pool)));
            if (collection->Kind == ValueKind.Hash)
                item += "\t" + Of(Data(BulkString.Next(cursor.Bulk(pool))));
            else if (collection->Kind == ValueKind.SortedSet)
                item += FormattableString.Invariant($"\t{SortedSetValue.ScoreOf(cursor, pool)}");
            items.Add(item);
        }
        char type = collection->Kind switch { ValueKind.Hash => 'h', ValueKind.List => 'l', ValueKind.Set => 't', _ => 'z' };
        return Join(type, items) ?? [(byte)'?'];
    }

    private static ReadOnlySpan<byte> Data(byte* bulk)
    {
        byte* data = BulkString.Data(bulk, out int length);
        return new ReadOnlySpan<byte>(data, length);
    }
}
