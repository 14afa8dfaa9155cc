using System.Text;

namespace Pkv.Engine.Table;

/// <summary>Option words of commands ("EX", "MATCH"), in any case.</summary>
public static class OptionWord
{
    /// <summary>
    /// Whether the argument is this word. As in Redis, which compares C strings, what follows a zero byte does not count.
    /// </summary>
    public static bool Is(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> word) =>
        (argument.Length == word.Length || (argument.Length > word.Length && argument[word.Length] == 0))
        && Ascii.EqualsIgnoreCase(argument[..word.Length], word);
}
