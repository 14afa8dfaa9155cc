using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Sorting;

/// <summary>
/// The options of SORT and SORT_RO, as arguments of the command in the context. Order of checks and texts as in Redis 7.0.
/// GET patterns are iterated where they are needed, because there may be many.
/// </summary>
internal struct SortOptions
{
    private const int FirstOption = 2;

    /// <summary>DESC.</summary>
    public bool Descending;

    /// <summary>ALPHA: by bytes, not by number.</summary>
    public bool Alpha;

    /// <summary>BY a pattern without '*': in the order that is there.</summary>
    public bool Unsorted;

    /// <summary>The argument with the pattern of BY; 0: elements are their own weights.</summary>
    public int ByArg;

    /// <summary>The argument with the key to store to; 0: none.</summary>
    public int StoreArg;

    /// <summary>GET patterns.</summary>
    public int GetCount;

    /// <summary>LIMIT's offset and count; a count below 0 is none.</summary>
    public long Offset, Count;

    /// <summary>Other keys must be looked at, which ones only the elements tell.</summary>
    public bool LooksElsewhere;

    /// <summary>Reads them. False: the client has been told what is wrong.</summary>
    public static bool TryRead(CommandContext context, bool mayStore, out SortOptions options)
    {
        options = new SortOptions { Count = -1 };
        for (int i = FirstOption; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            int left = context.ArgCount - i - 1;
            if (OptionWord.Is(word, "ASC"u8))
                options.Descending = false;
            else if (OptionWord.Is(word, "DESC"u8))
                options.Descending = true;
            else if (OptionWord.Is(word, "ALPHA"u8))
                options.Alpha = true;
            else if (left >= 2 && OptionWord.Is(word, "LIMIT"u8))
            {
                if (!Integers.TryParse(context.Arg(i + 1), out options.Offset) || !Integers.TryParse(context.Arg(i + 2), out options.Count))
                {
                    context.Reply.Error("ERR value is not an integer or out of range"u8);
                    return false;
                }
                i += 2;
            }
            else if (left >= 1 && mayStore && OptionWord.Is(word, "STORE"u8))
                options.StoreArg = ++i;
            else if (left >= 1 && OptionWord.Is(word, "BY"u8))
                options.SetBy(context, ++i);
            else if (left >= 1 && OptionWord.Is(word, "GET"u8))
            {
                options.GetCount++;
                options.LooksElsewhere |= SortPattern.HasPlace(context.Arg(++i));
            }
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return true;
    }

    /// <summary>The argument with the next GET pattern behind <paramref name="arg"/> (0 to begin with), or 0.</summary>
    public static int NextGet(CommandContext context, int arg)
    {
        for (int i = arg == 0 ? FirstOption : arg + 1; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            if (OptionWord.Is(word, "GET"u8))
                return i + 1;
            if (OptionWord.Is(word, "LIMIT"u8))
                i += 2;
            else if (OptionWord.Is(word, "BY"u8) || OptionWord.Is(word, "STORE"u8))
                i++;
        }
        return 0;
    }

    // As in Redis, once a pattern without a place was given nothing is sorted, whatever BY comes behind it.
    private void SetBy(CommandContext context, int arg)
    {
        ByArg = arg;
        if (SortPattern.HasPlace(context.Arg(arg)))
            LooksElsewhere = true;
        else
            Unsorted = true;
    }
}
