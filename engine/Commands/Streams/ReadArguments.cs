using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Streams;

/// <summary>The options of XREAD, up to the word STREAMS; keys and IDs follow, as many of each.</summary>
internal readonly ref struct ReadArguments
{
    /// <summary>The first key's argument.</summary>
    public int FirstKey { get; private init; }

    /// <summary>How many keys; as many IDs follow them.</summary>
    public int Keys { get; private init; }

    /// <summary>Entries of each stream at most; 0: all.</summary>
    public long Count { get; private init; }

    /// <summary>BLOCK was given.</summary>
    public bool Blocks { get; private init; }

    /// <summary>Until when the client waits.</summary>
    public long UntilMs { get; private init; }

    /// <summary>Reads them. False: the client has been told what is wrong.</summary>
    public static bool TryRead(CommandContext context, out ReadArguments arguments)
    {
        arguments = default;
        long count = 0, untilMs = 0;
        bool blocks = false;
        for (int i = 1; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            int more = context.ArgCount - i - 1;
            if (more > 0 && OptionWord.Is(word, "BLOCK"u8))
            {
                if (context.IsInScript)
                {
                    context.Reply.Error($"ERR {System.Text.Encoding.Latin1.GetString(context.Arg(0))} command is not allowed with BLOCK option from scripts");
                    return false;
                }
                blocks = true;
                if (!BlockingTimeout.TryReadMilliseconds(context, ++i, out untilMs))
                    return false;
            }
            else if (more > 0 && OptionWord.Is(word, "COUNT"u8))
            {
                if (!Integers.TryParse(context.Arg(++i), out count))
                    return Refuse(context, "ERR value is not an integer or out of range"u8);
                count = Math.Max(count, 0);
            }
            else if (more > 0 && OptionWord.Is(word, "STREAMS"u8))
            {
                if ((more & 1) != 0)
                    return Refuse(context, "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified."u8);
                arguments = new ReadArguments { FirstKey = i + 1, Keys = more / 2, Count = count, Blocks = blocks, UntilMs = untilMs };
                return true;
            }
            else if (more > 1 && OptionWord.Is(word, "GROUP"u8))
                return Refuse(context, "ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead."u8);
            else if (OptionWord.Is(word, "NOACK"u8))
                return Refuse(context, "ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead."u8);
            else
                return Refuse(context, "ERR syntax error"u8);
        }
        return Refuse(context, "ERR syntax error"u8);
    }

    private static bool Refuse(CommandContext context, ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
