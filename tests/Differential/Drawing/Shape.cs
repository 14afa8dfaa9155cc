using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Drawing;

/// <summary>
/// What a command looks like, as a line of a small grammar from which arguments are drawn:
/// <code>
/// SETRANGE key offset value        upper case: the word itself; lower case: a kind of argument
/// MSET (key value)+                + one to four times, * none to three times, ? once or not, # up to 150 times
/// SET key value {NX|EX seconds}*   braces: one of the alternatives
/// </code>
/// </summary>
public sealed class Shape
{
    private const int ManyTimesMax = 150;

    private readonly Node _root;

    /// <summary>Reads the line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="rule">What replies must have in common: by default everything.</param>
    public Shape(string text, ReplyRule? rule = null)
    {
        Rule = rule ?? ReplyRule.Exact;
        Command = text.Split(' ')[0];
        int at = 0;
        _root = ReadSequence(text, ref at);
        if (at != text.Length)
            throw new FormatException($"'{text}' is no shape from {at} on");
    }

    /// <summary>The command's name.</summary>
    public string Command { get; }

    /// <summary>What replies must have in common.</summary>
    public ReplyRule Rule { get; private set; }

    /// <summary>The same, judged by a rule when it has none of its own.</summary>
    public Shape JudgedBy(ReplyRule rule)
    {
        var judged = (Shape)MemberwiseClone();
        if (Rule == ReplyRule.Exact)
            judged.Rule = rule;
        return judged;
    }

    /// <summary>Arguments may be left out, added and replaced: not where that could make a command wait for long.</summary>
    public bool MaySpoil { get; init; } = true;

    /// <summary>A command that goes before each that is drawn, or null.</summary>
    public string[]? Before { get; init; }

    /// <summary>Draws one command.</summary>
    public List<string> Draw(Random random)
    {
        var arguments = new List<string>();
        _root.Draw(random, arguments);
        return arguments;
    }

    private static Node ReadSequence(string text, ref int at)
    {
        var nodes = new List<Node>();
        while (at < text.Length && text[at] is not (')' or '}' or '|'))
        {
            if (text[at] == ' ')
                at++;
            else
                nodes.Add(ReadItem(text, ref at));
        }

        return new Node { Members = nodes };
    }

    private static Node ReadItem(string text, ref int at)
    {
        Node node;
        if (text[at] == '(')
        {
            at++;
            node = ReadSequence(text, ref at);
            at++;
        }
        else if (text[at] == '{')
        {
            var alternatives = new List<Node>();
            do
            {
                at++;
                alternatives.Add(ReadSequence(text, ref at));
            }
            while (text[at] == '|');
            at++;
            node = new Node { Members = alternatives, IsChoice = true };
        }
        else
        {
            int start = at;
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '_'))
                at++;
            string word = text[start..at];
            if (word.Length == 0 || (char.IsLower(word[0]) && !ArgumentKinds.Has(word)))
                throw new FormatException($"'{text}': there is no kind of argument '{word}' at {start}");
            node = new Node { Word = word };
        }

        (int min, int max) = at == text.Length ? (1, 1) : text[at] switch { '+' => (1, 4), '*' => (0, 3), '?' => (0, 1), '#' => (1, ManyTimesMax), _ => (1, 1) };
        if ((min, max) != (1, 1))
            at++;
        return node with { Min = min, Max = max };
    }

    private sealed record Node
    {
        public string? Word { get; init; }

        public IReadOnlyList<Node> Members { get; init; } = [];

        public bool IsChoice { get; init; }

        public int Min { get; init; } = 1;

        public int Max { get; init; } = 1;

        public void Draw(Random random, List<string> arguments)
        {
            for (int times = random.Next(Min, Max + 1); times > 0; times--)
            {
                if (Word is not null)
                    arguments.Add(char.IsLower(Word[0]) ? ArgumentKinds.Draw(Word, random) : Word);
                else if (IsChoice)
                    Members[random.Next(Members.Count)].Draw(random, arguments);
                else
                {
                    foreach (Node member in Members)
                        member.Draw(random, arguments);
                }
            }
        }
    }
}
