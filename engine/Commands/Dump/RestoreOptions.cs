using Pkv.Engine.Execution;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Dump;

/// <summary>RESTORE's options, in the order of checks of Redis 7.0.</summary>
internal struct RestoreOptions
{
    private const long FrequencyMax = 255;

    /// <summary>REPLACE: the key may exist.</summary>
    public bool Replaces { get; private set; }

    /// <summary>ABSTTL: the time is a point in Unix time.</summary>
    public bool IsAbsolute { get; private set; }

    /// <summary>IDLETIME: seconds since the key was used; or -1.</summary>
    public long IdleSeconds { get; private set; }

    /// <summary>FREQ: the key's access counter; or -1.</summary>
    public long Frequency { get; private set; }

    /// <summary>Reads them. False: they are wrong and the client has been told.</summary>
    public static bool TryRead(CommandContext context, out RestoreOptions options)
    {
        options = new RestoreOptions { IdleSeconds = -1, Frequency = -1 };
        for (int i = 4; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            bool hasValue = i + 1 < context.ArgCount;
            if (OptionWord.Is(option, "REPLACE"u8))
                options.Replaces = true;
            else if (OptionWord.Is(option, "ABSTTL"u8))
                options.IsAbsolute = true;
            else if (hasValue && options.Frequency == -1 && OptionWord.Is(option, "IDLETIME"u8))
            {
                if (!TryReadNumber(context, ++i, long.MaxValue, "ERR Invalid IDLETIME value, must be >= 0"u8, out long seconds))
                    return false;
                options.IdleSeconds = seconds;
            }
            else if (hasValue && options.IdleSeconds == -1 && OptionWord.Is(option, "FREQ"u8))
            {
                if (!TryReadNumber(context, ++i, FrequencyMax, "ERR Invalid FREQ value, must be >= 0 and <= 255"u8, out long frequency))
                    return false;
                options.Frequency = frequency;
            }
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return true;
    }

    /// <summary>Reads a number that is not negative. False: the client has been told.</summary>
    public static bool TryReadNumber(CommandContext context, int arg, long max, ReadOnlySpan<byte> error, out long number)
    {
        if (!Integers.TryParse(context.Arg(arg), out number))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (number < 0 || number > max)
            context.Reply.Error(error);
        else
            return true;
        return false;
    }
}
