using System.Globalization;
using System.Text;

namespace Pkv.Server.Configuration;

/// <summary>
/// The words of a configuration line, by the rules of Redis's <c>sdssplitargs</c>: white space separates;
/// double quotes with <c>\xHH \n \r \t \b \a \" \\</c>; single quotes with <c>\'</c>; a closing quote must
/// end the word. A word's bytes must be UTF-8, since Pkv's options are text.
/// </summary>
internal static class ConfigWords
{
    internal const string QuoteError = "Unbalanced quotes in configuration line";
    internal const string EncodingError = "a value is not valid UTF-8";

    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    /// <summary>Splits a line. Returns null or an error text.</summary>
    internal static string? Split(string line, out List<string> words)
    {
        words = [];
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        int at = 0;
        while (true)
        {
            while (at < bytes.Length && IsSpace(bytes[at]))
                at++;
            if (at == bytes.Length)
                return null;
            var word = new List<byte>();
            if (!ReadWord(bytes, ref at, word))
                return QuoteError;
            try
            {
                words.Add(StrictUtf8.GetString([.. word]));
            }
            catch (DecoderFallbackException)
            {
                return EncodingError;
            }
        }
    }

    /// <summary>The word in double quotes, so that <see cref="Split"/> gives it back (Redis's <c>sdscatrepr</c>).</summary>
    internal static string Quote(string word)
    {
        var text = new StringBuilder("\"");
        foreach (char c in word)
        {
            _ = c switch
            {
                '"' or '\\' => text.Append('\\').Append(c),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\a' => text.Append("\\a"),
                '\b' => text.Append("\\b"),
                < ' ' or '\x7f' => text.Append("\\x").Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        return text.Append('"').ToString();
    }

    private static bool ReadWord(byte[] bytes, ref int at, List<byte> word)
    {
        while (at < bytes.Length && !IsSpace(bytes[at]))
        {
            byte b = bytes[at++];
            if (b is (byte)'"' or (byte)'\'')
                return ReadQuoted(bytes, ref at, b, word);
            word.Add(b);
        }

        return true;
    }

    private static bool ReadQuoted(byte[] bytes, ref int at, byte quote, List<byte> word)
    {
        while (at < bytes.Length)
        {
            byte b = bytes[at++];
            if (b == quote)
                return at == bytes.Length || IsSpace(bytes[at]);
            bool escapes = b == '\\' && at < bytes.Length && (quote == '"' || bytes[at] == '\'');
            word.Add(escapes ? ReadEscape(bytes, ref at) : b);
        }

        return false;
    }

    private static byte ReadEscape(byte[] bytes, ref int at)
    {
        byte b = bytes[at++];
        if (b == 'x' && at + 1 < bytes.Length && char.IsAsciiHexDigit((char)bytes[at]) && char.IsAsciiHexDigit((char)bytes[at + 1]))
        {
            at += 2;
            return Convert.FromHexString([(char)bytes[at - 2], (char)bytes[at - 1]])[0];
        }

        return b switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => b,
        };
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (>= 9 and <= 13);
}
