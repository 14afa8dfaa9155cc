using System.Text;
using Pkv.Engine.Table;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>
/// Whether a script can be seen, before it runs, to name no key that it does not declare: every key of every command is written KEYS[…], or is
/// a local variable that is that and nothing else. Such a script never wants more stripes than it begins with. What is not seen costs only speed.
/// </summary>
internal sealed class DeclaredKeys
{
    private readonly List<string> _tokens;
    private readonly CommandBinding?[] _bindings;
    private readonly HashSet<string> _aliases;

    private DeclaredKeys(List<string> tokens, CommandBinding?[] bindings)
    {
        (_tokens, _bindings) = (tokens, bindings);
        _aliases = [.. Enumerable.Range(0, tokens.Count).Where(IsAlias).Select(i => tokens[i])];
    }

    /// <summary>Whether it is seen.</summary>
    /// <param name="source">Of a script that compiles.</param>
    /// <param name="bindings">What its commands are bound to.</param>
    public static bool AreSeen(ReadOnlySpan<byte> source, CommandBinding?[] bindings)
    {
        DeclaredKeys script = new(ScriptTokens.Of(source), bindings);
        for (int i = 0; i < script._tokens.Count; i++)
        {
            bool isFine = script._tokens[i] switch
            {
                "_G" or "getfenv" or "setfenv" or "load" or "loadstring" => false,
                "redis" => script.IsFineUse(i),
                "KEYS" => script.At(i - 1) == "#" || (script.IsElement(i) && !script.MayBeAssigned(i + 4)),
                _ => true,
            };
            if (!isFine)
                return false;
        }
        return true;
    }

    private string At(int index) => index >= 0 && index < _tokens.Count ? _tokens[index] : "";

    // KEYS [ one word ].
    private bool IsElement(int i) => At(i) == "KEYS" && At(i + 1) == "[" && At(i + 2) is [var first, ..] && ScriptTokens.IsWord(first) && At(i + 3) == "]";

    // An assignment to what ends before this token, as far as one token tells; of several at once, too.
    private bool MayBeAssigned(int next) => At(next) == "=" || (At(next) == "," && !IsInParentheses(next));

    private bool IsInParentheses(int index)
    {
        int depth = 0;
        for (int i = 0; i < index; i++)
            depth += At(i) is "(" or "{" ? 1 : At(i) is ")" or "}" ? -1 : 0;
        return depth > 0;
    }

    // local name = KEYS[…], and the name is declared and assigned nowhere else.
    private bool IsAlias(int i)
    {
        string name = At(i);
        if (At(i - 1) != "local" || At(i + 1) != "=" || !IsElement(i + 2) || !BeginsStatement(At(i + 6)))
            return false;
        for (int other = 0; other < _tokens.Count; other++)
        {
            if (other == i || At(other) != name)
                continue;
            bool isParameter = At(other - 1) is "local" or "for" or "function" || At(other + 1) is "=" or "in" || (At(other - 1) == "," && !IsInParentheses(other))
                || MayBeAssigned(other + 1) || IsInParameterList(other);
            if (isParameter)
                return false;
        }
        return true;
    }

    // The expression before it ends there: what follows is no operator and no argument.
    private static bool BeginsStatement(string token) =>
        token.Length == 0 || token == ";" || (ScriptTokens.IsWord(token[0]) && token is not ("and" or "or"));

    private bool IsInParameterList(int index)
    {
        while (At(--index) is { Length: > 0 } token && token != "(")
        {
            if (token != "," && !ScriptTokens.IsWord(token[0]))
                return false;
        }
        return At(index - 1) == "function" || At(index - 2) is "function" or "." or ":";
    }

    // redis.name, where the name is no way to give a command, or a call that gives one with declared keys.
    private bool IsFineUse(int i)
    {
        if (At(i - 1) is "." or ":" || At(i + 1) != ".")
            return false;
        if (At(i + 2) is not ("call" or "pcall"))
            return At(i + 3) != "=";
        return At(i + 3) == "(" && At(i + 4) is ['"', .. var name] && HasDeclaredKeys(i + 4, name);
    }

    private bool HasDeclaredKeys(int command, string name)
    {
        if (CommandTable.Find(Encoding.Latin1.GetBytes(name)) is not { } spec || spec.IsContainer || _bindings[spec.Index] is not { } binding)
            return false;
        if (binding.Mode == LockMode.None)
            return spec.Name != "select";
        if (binding.Mode != LockMode.Keys || spec.KeyStep == 0 || spec.CountedKeys is not null || spec.Flags.HasFlag(CommandFlags.MovableKeys))
            return false;
        List<int> arguments = Arguments(command);
        KeyPositions keys = KeyPositions.For(spec, arguments.Count - 1);
        if (arguments.Count - 1 < Math.Abs(spec.Arity) && keys.Count == 0)
            return false;
        for (int i = keys.First; i <= keys.Last; i += keys.Step)
        {
            if (!IsDeclared(arguments[i], arguments[i + 1]))
                return false;
        }
        return true;
    }

    // From a call's first argument on: where each begins, and behind the last one where one more would.
    private List<int> Arguments(int first)
    {
        List<int> starts = [first];
        int depth = 0;
        for (int i = first; i < _tokens.Count; i++)
        {
            depth += At(i) is "(" or "{" or "[" ? 1 : At(i) is ")" or "}" or "]" ? -1 : 0;
            if (depth < 0 || (depth == 0 && At(i) == ","))
                starts.Add(i + 1);
            if (depth < 0)
                break;
        }
        return starts;
    }

    private bool IsDeclared(int start, int next) =>
        (IsElement(start) && next == start + 5) || (next == start + 2 && _aliases.Contains(At(start)));
}
