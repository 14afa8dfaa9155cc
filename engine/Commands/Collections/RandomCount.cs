using Pkv.Engine.Execution;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// The count of SRANDMEMBER and HRANDFIELD: that many distinct elements or, if negative, that many draws with repetition.
/// Texts of Redis 7.0.
/// </summary>
public readonly struct RandomCount
{
    private RandomCount(long count) => (Count, IsDistinct) = (count < 0 ? -count : count, count >= 0);

    /// <summary>How many, not negative.</summary>
    public long Count { get; }

    /// <summary>No element twice.</summary>
    public bool IsDistinct { get; }

    /// <summary>Reads it. False: the client has been told what is wrong.</summary>
    public static bool TryRead(CommandContext context, int arg, out RandomCount count)
    {
        count = default;
        if (!Integers.TryParse(context.Arg(arg), out long value))
        {
            context.Reply.Error("ERR value is not an integer or out of range"u8);
            return false;
        }
        if (value == long.MinValue)
        {
            context.Reply.Error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"u8);
            return false;
        }
        count = new RandomCount(value);
        return true;
    }
}
