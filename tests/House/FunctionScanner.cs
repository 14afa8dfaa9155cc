using System.Text.RegularExpressions;

namespace Pkv.Tests.House;

/// <summary>A function of a source file: its name, its first line (from 1) and its lines from signature to closing brace.</summary>
internal sealed record FunctionLength(string Name, int Line, int Lines);

/// <summary>
/// Finds functions by their braces: a block directly inside a type, whose header has a parameter list or is a property.
/// Lambdas and local functions count with the function around them; field initializers are data and do not count.
/// </summary>
internal static partial class FunctionScanner
{
    public static IReadOnlyList<FunctionLength> Scan(string source)
    {
        string text = CodeText.Strip(source);
        List<FunctionLength> found = [];
        Stack<Block> blocks = new();
        for (int at = 0, headerStart = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '{')
            {
                blocks.Push(Open(text[headerStart..at], headerStart, blocks.TryPeek(out Block outer) ? outer.Kind : BlockKind.Types));
                headerStart = at + 1;
            }
            else if (c == '}' && blocks.TryPop(out Block block))
            {
                if (block.Kind == BlockKind.Function)
                    found.Add(Measure(text, block, at));
                // A block inside an expression does not end the member that the expression belongs to.
                headerStart = block.Kind == BlockKind.Inner && OpenBrackets(block.Header) > 0 ? block.Start : at + 1;
            }
            else if (c == ';' && OpenBrackets(text.AsSpan(headerStart, at - headerStart)) == 0)
                headerStart = at + 1;
        }
        return found;
    }

    private static Block Open(string header, int start, BlockKind outer)
    {
        if (outer != BlockKind.Types)
            return new Block(BlockKind.Inner, header, start);
        string outside = OutsideParentheses(header);
        if (TypeWord().IsMatch(outside))
            return new Block(BlockKind.Types, header, start);
        return new Block(Assignment().IsMatch(outside) || OpenBrackets(header) > 0 ? BlockKind.Inner : BlockKind.Function, header, start);
    }

    private static FunctionLength Measure(string text, Block block, int end)
    {
        int start = block.Start + block.Header.Length - block.Header.TrimStart().Length;
        int first = text.AsSpan(0, start).Count('\n') + 1, last = text.AsSpan(0, end).Count('\n') + 1;
        Match? name = Name().Matches(OutsideParentheses(block.Header).Split("=>")[0].Split(" where ")[0]).LastOrDefault();
        return new FunctionLength(name?.Groups[1].Value ?? "?", first, last - first + 1);
    }

    private static string OutsideParentheses(string header)
    {
        int depth = 0;
        return new string([.. header.Where(c =>
        {
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            return depth == 0;
        })]);
    }

    private static int OpenBrackets(ReadOnlySpan<char> part) =>
        part.Count('(') - part.Count(')') + part.Count('[') - part.Count(']');

    [GeneratedRegex(@"(?<![:,]\s*)\b(class|struct|interface|enum|record|namespace)\s")]
    private static partial Regex TypeWord();

    // "=" alone: neither "=>" nor a comparison operator's name.
    [GeneratedRegex(@"(?<![=!<>])=(?![=>])")]
    private static partial Regex Assignment();

    // The word before a parameter list (of which the last bracket is left), or before a property's body.
    [GeneratedRegex(@"([\w~]+)\s*(?:<[\w, ]+>)?\s*(?:\)|$)")]
    private static partial Regex Name();

    private enum BlockKind
    {
        Types,
        Function,
        Inner,
    }

    private readonly record struct Block(BlockKind Kind, string Header, int Start);
}
