using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands;

/// <summary>Expiry times as commands give them: seconds or milliseconds, relative or absolute.</summary>
public static class Expiry
{
    /// <summary>
    /// Turns an argument into Unix ms. False: the client has been told (not an integer, or out of range: Redis 7.0's
    /// "invalid expire time"). <paramref name="mustBePositive"/>: SET and related commands refuse zero and less.
    /// </summary>
    public static bool TryRead(CommandContext context, ReadOnlySpan<byte> text, bool seconds, bool absolute, bool mustBePositive, out long expiryMs)
    {
        expiryMs = 0;
        if (!Integers.TryParse(text, out long value))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return false;
        }
        bool valid = !mustBePositive || value > 0;
        if (seconds)
        {
            valid &= value is <= long.MaxValue / 1000 and >= long.MinValue / 1000;
            value = unchecked(value * 1000);
        }
        if (!absolute)
        {
            valid &= value <= long.MaxValue - context.NowMs;
            value = unchecked(value + context.NowMs);
        }
        if (!valid)
        {
            context.Reply.Error($"ERR invalid expire time in '{context.Spec.FullName}' command");
            return false;
        }
        expiryMs = value;
        return true;
    }
}
