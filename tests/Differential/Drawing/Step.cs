using System.Text;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Drawing;

/// <summary>One command of a script: what is sent by which client, and what its replies must have in common.</summary>
/// <param name="Arguments">The command, each byte one character.</param>
/// <param name="Rule">What the two servers' replies must have in common.</param>
/// <param name="Client">The number of the connection it is sent over, from 0.</param>
/// <param name="IsProbe">Asked because of the command before it, whose rule looks at this reply too.</param>
public sealed record Step(string[] Arguments, ReplyRule Rule, int Client = 0, bool IsProbe = false)
{
    /// <summary>Whether the command has this name, in any case.</summary>
    public bool Is(string name) => string.Equals(Arguments[0], name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The command as redis-cli reads it: every byte is there.</summary>
    public override string ToString() => string.Join(' ', Arguments.Select(Quoted));

    private static string Quoted(string argument)
    {
        if (argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || "-_.:+*[]()<>?^#,;/=!@%&~|{}".Contains(c, StringComparison.Ordinal)))
            return argument;
        var text = new StringBuilder("\"");
        foreach (char c in argument)
        {
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c is >= ' ' and < '\u007f')
                text.Append(c);
            else
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
        }

        return text.Append('"').ToString();
    }
}
