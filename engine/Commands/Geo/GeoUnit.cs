using Pkv.Engine.Execution;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.Geo;

/// <summary>The units of distances.</summary>
internal static class GeoUnit
{
    /// <summary>Reads one at an argument. False: there is no such unit, and the client has been told.</summary>
    public static bool TryRead(CommandContext context, int arg, out double meters)
    {
        ReadOnlySpan<byte> word = context.Arg(arg);
        meters = OptionWord.Is(word, "M"u8) ? 1 : OptionWord.Is(word, "KM"u8) ? 1000 : OptionWord.Is(word, "FT"u8) ? 0.3048 : OptionWord.Is(word, "MI"u8) ? 1609.34 : 0;
        if (meters != 0)
            return true;
        context.Reply.Error("ERR unsupported unit provided. please use M, KM, FT, MI"u8);
        return false;
    }
}
