using System.Text;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>The first line of a script, if it begins with "#!": the engine, and what the script declares. Texts of Redis 7.0's errors.</summary>
internal static class Shebang
{
    /// <summary>Reads the line. Returns what is wrong with it, or null.</summary>
    /// <param name="source">The whole script.</param>
    /// <param name="flags">What it declares; <see cref="ScriptFlags.Undeclared"/> where there is no such line.</param>
    /// <param name="length">Bytes of the line, without its end.</param>
    public static string? Read(ReadOnlySpan<byte> source, out ScriptFlags flags, out int length)
    {
        (flags, length) = (ScriptFlags.Undeclared, 0);
        if (!source.StartsWith("#!"u8))
            return null;
        flags = ScriptFlags.None;
        length = source.IndexOf((byte)'\n');
        if (length < 0)
            return "Invalid script shebang";
        string[] parts = Encoding.Latin1.GetString(source[..length]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts[0] != "#!lua")
            return $"Unexpected engine in script shebang: {parts[0]}";
        foreach (string part in parts.Skip(1))
        {
            if (!part.StartsWith("flags=", StringComparison.Ordinal))
                return $"Unknown lua shebang option: {part}";
            foreach (string name in part["flags=".Length..].Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                ScriptFlags flag = ScriptFlagNames.Parse(Encoding.Latin1.GetBytes(name));
                if (flag == ScriptFlags.None)
                    return $"Unexpected flag in script shebang: {name}";
                flags |= flag;
            }
        }
        return null;
    }
}
