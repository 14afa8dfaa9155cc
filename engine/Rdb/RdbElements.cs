namespace Pkv.Engine.Rdb;

/// <summary>Reads one collection in any of its encodings, including those of Redis before 7.0.</summary>
public static class RdbElements
{
    /// <summary>What the type byte of a value stands for.</summary>
    public static RdbKind KindOf(RdbType type) => type switch
    {
        RdbType.String => RdbKind.String,
        RdbType.List or RdbType.ListZiplist or RdbType.ListQuicklist or RdbType.ListQuicklist2 => RdbKind.List,
        RdbType.Set or RdbType.SetIntset => RdbKind.Set,
        RdbType.SortedSetText or RdbType.SortedSet or RdbType.SortedSetZiplist or RdbType.SortedSetListpack => RdbKind.SortedSet,
        RdbType.Hash or RdbType.HashZipmap or RdbType.HashZiplist or RdbType.HashListpack => RdbKind.Hash,
        RdbType.Stream or RdbType.Stream2 => RdbKind.Stream,
        RdbType.Module => RdbKind.Module,
        _ => RdbKind.None,
    };

    /// <summary>Hands over the elements of the collection that comes next.</summary>
    public static void Read(RdbInput input, RdbType type, IRdbElements elements)
    {
        switch (type)
        {
            case RdbType.List or RdbType.Set:
                for (long count = input.TakeCount(); count > 0; count--)
                    elements.Add(input.TakeString());
                break;
            case RdbType.Hash:
                for (long count = input.TakeCount(); count > 0; count--)
                {
                    elements.Add(input.TakeString());
                    elements.Add(input.TakeString());
                }
                break;
            case RdbType.SortedSet or RdbType.SortedSetText:
                for (long count = input.TakeCount(); count > 0; count--)
                {
                    elements.Add(input.TakeString());
                    double score = type == RdbType.SortedSet ? input.TakeDouble() : input.TakeTextDouble();
                    elements.Add(double.IsNaN(score) ? throw input.Malformed("a score that is not a number") : score);
                }
                break;
            case RdbType.ListQuicklist or RdbType.ListQuicklist2:
                for (long count = input.TakeCount(); count > 0; count--)
                    ReadNode(input, type, elements);
                break;
            case RdbType.SetIntset:
                Check(input, PackedItems.Intset(input.TakeString(), elements.Add));
                break;
            case RdbType.HashZipmap:
                Check(input, PackedItems.Zipmap(input.TakeString(), elements.Add));
                break;
            case RdbType.ListZiplist or RdbType.SortedSetZiplist or RdbType.HashZiplist:
                Check(input, PackedItems.Ziplist(input.TakeString(), elements.Add));
                break;
            default:
                Check(input, PackedItems.Listpack(input.TakeString(), elements.Add));
                break;
        }
    }

    // A node of a quicklist holds a packed list, or (since 7.0) a single large element.
    private static void ReadNode(RdbInput input, RdbType type, IRdbElements elements)
    {
        const ulong plain = 1, packed = 2;
        if (type == RdbType.ListQuicklist)
        {
            Check(input, PackedItems.Ziplist(input.TakeString(), elements.Add));
            return;
        }
        ulong container = input.TakeLength();
        if (container == plain)
        {
            ReadOnlySpan<byte> element = input.TakeString();
            elements.Add(element.IsEmpty ? throw input.Malformed("a list node without an element") : element);
        }
        else if (container == packed)
            Check(input, PackedItems.Listpack(input.TakeString(), elements.Add));
        else
            throw input.Malformed($"a list node of the unknown form {container}");
    }

    private static void Check(RdbInput input, string? error)
    {
        if (error is not null)
            throw input.Malformed(error);
    }
}
