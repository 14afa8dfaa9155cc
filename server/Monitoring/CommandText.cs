using System.Text;
using Pkv.Engine.Execution;
using Pkv.Server.Configuration;

namespace Pkv.Server.Monitoring;

/// <summary>Commands as MONITOR and SLOWLOG show them: quoted, without secrets.</summary>
public static class CommandText
{
    /// <summary>Whether this argument of the command in the context is a password.</summary>
    public static bool IsSecret(CommandContext context, int index) => context.Spec.FullName switch
    {
        "auth" => index >= 1,
        "hello" => index >= 2 && Follows(context, index, "AUTH"u8, 2),
        // What no row of the table calls harmless (masterauth, a directive mistyped) may be a password.
        "config|set" => index >= 3 && index % 2 == 1 && ConfigTable.Find(Encoding.UTF8.GetString(context.Arg(index - 1))) is not { Secret: false },
        _ => false,
    };

    /// <summary>Redis's sdscatrepr: in double quotes, other than printable ASCII escaped.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new("\"");
        foreach (byte b in bytes)
        {
            _ = b switch
            {
                (byte)'\\' or (byte)'"' => text.Append('\\').Append((char)b),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\r' => text.Append("\\r"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\a' => text.Append("\\a"),
                (byte)'\b' => text.Append("\\b"),
                >= 0x20 and < 0x7F => text.Append((char)b),
                _ => text.Append($"\\x{b:x2}"),
            };
        }
        return text.Append('"').ToString();
    }

    private static bool Follows(CommandContext context, int index, ReadOnlySpan<byte> option, int within)
    {
        for (int i = Math.Max(1, index - within); i < index; i++)
        {
            if (Ascii.EqualsIgnoreCase(context.Arg(i), option))
                return true;
        }
        return false;
    }
}
