using Pkv.Engine.Execution;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.SortedSets;

/// <summary>ZADD's options: which members it may add or change, and what it replies.</summary>
[Flags]
internal enum AddOptions
{
    None = 0,

    /// <summary>NX: members that are there stay as they are.</summary>
    OnlyNew = 1,

    /// <summary>XX: none is added.</summary>
    OnlyExisting = 2,

    /// <summary>GT: scores only rise.</summary>
    OnlyUp = 4,

    /// <summary>LT: scores only fall.</summary>
    OnlyDown = 8,

    /// <summary>CH: changed members are counted too.</summary>
    CountChanged = 16,

    /// <summary>INCR: the score is added to the member's.</summary>
    Increment = 32,
}

/// <summary>Reads ZADD's options.</summary>
internal static class AddOptionsReader
{
    /// <summary>
    /// Reads the options in front of the first score, of which <paramref name="first"/> becomes the argument. False: they, or the
    /// number of arguments behind them, are wrong, and the client has been told.
    /// </summary>
    public static bool TryRead(CommandContext context, ref AddOptions options, out int first)
    {
        const AddOptions both = AddOptions.OnlyNew | AddOptions.OnlyExisting;
        first = 2;
        while (first < context.ArgCount && Option(context.Arg(first)) is var option && option != AddOptions.None)
        {
            options |= option;
            first++;
        }
        int arguments = context.ArgCount - first;
        if (arguments == 0 || (arguments & 1) != 0)
            context.Reply.Error("ERR syntax error"u8);
        else if ((options & both) == both)
            context.Reply.Error("ERR XX and NX options at the same time are not compatible"u8);
        else if (Excludes(options))
            context.Reply.Error("ERR GT, LT, and/or NX options at the same time are not compatible"u8);
        else if ((options & AddOptions.Increment) != 0 && arguments > 2)
            context.Reply.Error("ERR INCR option supports a single increment-element pair"u8);
        else
            return true;
        return false;
    }

    private static bool Excludes(AddOptions options)
    {
        AddOptions one = options & (AddOptions.OnlyUp | AddOptions.OnlyDown | AddOptions.OnlyNew);
        return (one & one - 1) != 0;
    }

    private static AddOptions Option(ReadOnlySpan<byte> word) =>
        OptionWord.Is(word, "NX"u8) ? AddOptions.OnlyNew
        : OptionWord.Is(word, "XX"u8) ? AddOptions.OnlyExisting
        : OptionWord.Is(word, "CH"u8) ? AddOptions.CountChanged
        : OptionWord.Is(word, "INCR"u8) ? AddOptions.Increment
        : OptionWord.Is(word, "GT"u8) ? AddOptions.OnlyUp
        : OptionWord.Is(word, "LT"u8) ? AddOptions.OnlyDown
        : AddOptions.None;
}
