using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands;

/// <summary>The timeout of a blocking command: seconds, with a fraction. Source: redis.io/commands/blpop, texts and limits of Redis 7.0.15.</summary>
public static class BlockingTimeout
{
    /// <summary>
    /// Reads the argument: Unix ms until which the client waits, <see cref="long.MaxValue"/> for 0 (forever) and where no clock
    /// comes to it. False if it is invalid; the error has been sent.
    /// </summary>
    public static bool TryRead(CommandContext context, int index, out long untilMs)
    {
        untilMs = 0;
        if (!TryReadMilliseconds(context.Arg(index), out long milliseconds))
        {
            context.Reply.Error("ERR timeout is not a float or out of range"u8);
            return false;
        }
        if (milliseconds < 0)
        {
            context.Reply.Error("ERR timeout is negative"u8);
            return false;
        }
        untilMs = milliseconds == 0 || milliseconds > long.MaxValue - context.NowMs ? long.MaxValue : context.NowMs + milliseconds;
        return true;
    }

    /// <summary>As <see cref="TryRead"/>, of a whole number of milliseconds: XREAD's.</summary>
    public static bool TryReadMilliseconds(CommandContext context, int index, out long untilMs)
    {
        untilMs = 0;
        ReadOnlySpan<byte> error = default;
        if (!Integers.TryParse(context.Arg(index), out long milliseconds))
            error = "ERR timeout is not an integer or out of range"u8;
        else if (milliseconds < 0)
            error = "ERR timeout is negative"u8;
        else if (milliseconds > long.MaxValue - context.NowMs)
            error = "ERR timeout is out of range"u8;
        if (error.Length > 0)
        {
            context.Reply.Error(error);
            return false;
        }
        untilMs = milliseconds == 0 ? long.MaxValue : context.NowMs + milliseconds;
        return true;
    }

    // Whole seconds are what clients send; all else goes the long way.
    private static bool TryReadMilliseconds(ReadOnlySpan<byte> text, out long milliseconds)
    {
        if (Integers.TryParse(text, out long seconds) && Math.Abs(seconds) < int.MaxValue)
        {
            milliseconds = seconds * 1000;
            return true;
        }
        milliseconds = 0;
        if (!ExtendedFloat.TryParse(text, out ExtendedFloat value))
            return false;
        milliseconds = value.CeilingOfThousandfold();
        return true;
    }
}
