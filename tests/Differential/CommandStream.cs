using Pkv.Tests.Support;

namespace Pkv.Tests.Differential;

/// <summary>
/// An endless stream of drawn commands, the same for the same seed. A few are spoilt: an argument too many or too few,
/// or one of another kind; names and options come in any case.
/// </summary>
public sealed class CommandStream(int seed, params Shape[][] groups)
{
    private const int SpoiltPerMille = 50;
    private const int OddCasePerMille = 200;

    private readonly Random _random = new(seed);
    private readonly Shape[] _shapes = [.. groups.SelectMany(group => group)];

    /// <summary>Draws the next commands.</summary>
    public List<DrawnCommand> Draw(int count)
    {
        var commands = new List<DrawnCommand>(count);
        while (commands.Count < count)
        {
            Shape shape = _shapes[_random.Next(_shapes.Length)];
            List<string> arguments = shape.Draw(_random);
            if (_random.Next(1000) < SpoiltPerMille)
                Spoil(arguments);
            if (_random.Next(1000) < OddCasePerMille)
                arguments[0] = OddCase(arguments[0]);
            commands.Add(new DrawnCommand([.. arguments], shape.Tolerance));
        }

        return commands;
    }

    private void Spoil(List<string> arguments)
    {
        int at = _random.Next(1, arguments.Count + 1);
        switch (_random.Next(3))
        {
            case 0:
                arguments.Insert(at, ArgumentKinds.DrawAny(_random));
                break;
            case 1 when at < arguments.Count:
                arguments.RemoveAt(at);
                break;
            case 2 when at < arguments.Count && at > 1:
                arguments[at] = ArgumentKinds.DrawAny(_random);
                break;
        }
    }

    private string OddCase(string word) => string.Concat(word.Select(c => _random.Next(2) == 0 ? char.ToLowerInvariant(c) : c));
}

/// <summary>One command to send, and by how much integers of its reply may differ.</summary>
public sealed record DrawnCommand(string[] Arguments, long Tolerance)
{
    /// <summary>The command as a person would type it into redis-cli.</summary>
    public override string ToString() => string.Join(' ', Arguments.Select(Quoted));

    /// <summary>Whether two replies to it say the same.</summary>
    public bool Agree(RespNode one, RespNode other) =>
        one.Equals(other)
        || (Tolerance > 0 && one.Kind == ':' && other.Kind == ':' && one.Integer >= 0 && other.Integer >= 0
            && Math.Abs(one.Integer - other.Integer) <= Tolerance);

    private static string Quoted(string argument)
    {
        const int shown = 60;
        string text = string.Concat(argument.Take(shown).Select(c => c is > ' ' and < '\u007f' and not ('"' or '\\') ? $"{c}" : $"\\x{(int)c:x2}"));
        return argument.Length > shown ? $"\"{text}\"…({argument.Length} bytes)" : text.Length == argument.Length && text.Length > 0 ? text : $"\"{text}\"";
    }
}
