using System.Globalization;

namespace Pkv.Tests.Lua;

/// <summary>Draws expressions of a wanted kind, now and then of another.</summary>
internal sealed class ExpressionDrawer(int seed)
{
    private static readonly string[] Numbers =
    [
        "0", "1", "2", "3", "7", "10", "-1", "0.5", "1e3", "1e15", "2^53", "0x1F", "1/0", "-3.75", "100", "255", "1e-7", "123456.789", "-0", "1e100",
    ];

    private static readonly string[] Texts =
    [
        "''", "'a'", "'hello'", "'Hello World'", "'10'", "'0x10'", "' 5 '", "'a,b,,c'", "'key=val'", "'%d'", "'x\\0y'", "'line\\nnext'", "'1e2'",
        "'(nested (p))'", "'\\195\\164'", "'aaaaaaaa'", "\"q'q\"", "'THE quick FOX'", "'-7'", "'nan'",
    ];

    private static readonly string[] Patterns =
    [
        "%a+", "%d", "%w", ".", ".-", "a*", "[aeiou]", "[^a]", "(%a)(%a)", "^h", "o$", "%s*", "()", "l+", "%b()", "%f[%a]%a", "(.)%1", "[%w_]+", "x?", "%p",
        "[a-f]-", "%u%l*", "(a*(.)b*)", "$", "^", "%.", "[]]", "[%]-]+",
    ];

    private static readonly string[] Fields = ["x", "y", "key", "name", "n", "foo", "bar", "id"];

    public Random Random { get; } = new(seed);

    public VariableScope Scope { get; } = new();

    public string Pattern() => Pick(Patterns);

    public string Field() => Pick(Fields);

    private string Pick(string[] from) => from[Random.Next(from.Length)];

    public string Key() => Random.Next(4) switch
    {
        0 => Random.Next(-1, 9).ToString(CultureInfo.InvariantCulture),
        1 => $"'{Field()}'",
        2 => Random.Next(2) == 0 ? "true" : "2.5",
        _ => Number(1),
    };

    public (VariableKind Kind, string Text) Typed(int depth) => Random.Next(7) switch
    {
        0 or 1 => (VariableKind.Number, Number(depth)),
        2 or 3 => (VariableKind.Text, $"({Text(depth)}):sub(1, 60)"),
        4 or 5 => (VariableKind.Table, Table(depth)),
        _ => (VariableKind.Function, Function(1)),
    };

    public string Any(int depth) => Random.Next(12) switch
    {
        0 or 1 or 2 => Number(depth),
        3 or 4 or 5 => Text(depth),
        6 => Table(depth - 1),
        7 => Condition(depth),
        8 => Scope.Any(Random)?.Name ?? "nil",
        9 => $"g{Random.Next(3)}",
        10 => Choice(depth),
        _ => Random.Next(3) switch { 0 => "nil", 1 => "true", _ => Function(0) },
    };

    private string Choice(int depth)
    {
        if (depth <= 0)
            return "false";
        return Random.Next(4) switch
        {
            0 => $"({Any(depth - 1)} and {Any(depth - 1)})",
            1 => $"({Any(depth - 1)} or {Any(depth - 1)})",
            2 => $"({Condition(depth - 1)} and {Any(depth - 1)} or {Any(depth - 1)})",
            _ => $"({Table(depth - 1)}).{Field()}",
        };
    }

    private string Variable(VariableKind kind, string otherwise) => Scope.Any(Random, kind)?.Name ?? otherwise;

    // One operand in twenty is of any kind: conversions, and errors with the names of variables.
    private string Operand(int depth) => Random.Next(20) == 0 ? Any(depth) : Number(depth);

    public string Number(int depth)
    {
        if (depth <= 0 || Random.Next(4) == 0)
            return Random.Next(2) == 0 ? Pick(Numbers) : Variable(VariableKind.Number, Pick(Numbers));
        string a = Operand(depth - 1), b = Operand(depth - 1);
        return Random.Next(16) switch
        {
            0 or 1 => $"({a} + {b})",
            2 => $"({a} - {b})",
            3 => $"({a} * {b})",
            4 => $"({a} / {b})",
            5 => $"({a} % {b})",
            6 => $"({a} ^ 2)",
            7 => $"(-{a})",
            8 => $"#{Variable(VariableKind.Table, "{1, 2}")}",
            9 => $"#({Text(depth - 1)})",
            10 => $"math.floor({a})",
            11 => $"tonumber({Text(depth - 1)})",
            12 => $"select('#', {a}, {b})",
            13 => $"math.max({a}, {b}, {Number(0)})",
            14 => $"string.byte({Text(depth - 1)}, {Random.Next(-3, 4)})",
            _ => $"math.fmod({a}, {b})",
        };
    }

    public string Text(int depth)
    {
        if (depth <= 0 || Random.Next(4) == 0)
            return Random.Next(2) == 0 ? Pick(Texts) : Variable(VariableKind.Text, Pick(Texts));
        string a = Random.Next(20) == 0 ? Any(depth - 1) : Text(depth - 1);
        return Random.Next(17) switch
        {
            0 or 1 => $"({a} .. {Text(depth - 1)})",
            2 => $"({a} .. {Number(depth - 1)})",
            3 => $"string.sub({a}, {Random.Next(-4, 5)}, {Random.Next(-4, 9)})",
            4 => $"string.rep({a}, {Random.Next(0, 4)})",
            5 => $"string.upper({a})",
            6 => $"string.reverse({a})",
            7 => $"string.format({Format()}, {Number(depth - 1)})",
            8 => $"string.format('%s|%q', {a}, {Text(depth - 1)})",
            9 => $"(string.gsub({a}, '{Pattern()}', {Replacement(depth)}))",
            10 => $"tostring({Number(depth - 1)})",
            11 => $"(string.match({a}, '{Pattern()}') or {a})",
            12 => $"table.concat({{{Text(0)}, {Number(0)}, {Text(0)}}}, {Text(0)})",
            13 => $"string.char({Random.Next(32, 256)}, {Random.Next(0, 256)})",
            14 => $"type({Any(depth - 1)})",
            15 => $"tostring(string.find({a}, {(Random.Next(2) == 0 ? $"'{Pattern()}'" : Text(0))}{(Random.Next(3) == 0 ? ", 2, true" : "")}))",
            _ => $"({a}):lower()",
        };
    }

    private string Format()
    {
        string flags = Random.Next(3) == 0 ? Pick(["-", "+", " ", "0", "#", "-+", "+0"]) : "";
        string width = Random.Next(3) == 0 ? Random.Next(1, 15).ToString(CultureInfo.InvariantCulture) : "";
        string precision = Random.Next(3) == 0 ? $".{Random.Next(0, 20)}" : "";
        return $"'%{flags}{width}{precision}{Pick(["d", "i", "x", "X", "o", "u", "g", "G", "e", "E", "f", "s"])}'";
    }

    private string Replacement(int depth) => Random.Next(4) switch
    {
        0 => "'<%0>'",
        1 => $"{Text(0)}",
        2 => Table(depth - 1),
        _ => $"function(a, b) return {Any(0)} end",
    };

    public string Condition(int depth)
    {
        if (depth <= 0)
            return Random.Next(3) switch { 0 => "true", 1 => "false", _ => Variable(VariableKind.Any, "nil") };
        return Random.Next(8) switch
        {
            0 => $"({Operand(depth - 1)} < {Operand(depth - 1)})",
            1 => $"({Operand(depth - 1)} <= {Operand(depth - 1)})",
            2 => $"({Any(depth - 1)} == {Any(depth - 1)})",
            3 => $"({Any(depth - 1)} ~= {Any(depth - 1)})",
            4 => $"(not {Any(depth - 1)})",
            5 => $"({Text(depth - 1)} < {Text(depth - 1)})",
            6 => $"({Condition(depth - 1)} and {Condition(depth - 1)})",
            _ => $"({Condition(depth - 1)} or {Number(depth - 1)} > {Number(0)})",
        };
    }

    public string Table(int depth)
    {
        if (Random.Next(3) == 0 && Scope.Any(Random, VariableKind.Table) is { } known)
            return known.Name;
        int count = Random.Next(0, 6);
        List<string> items = [];
        for (int i = 0; i < count; i++)
        {
            items.Add(Random.Next(4) switch
            {
                0 => $"{Field()} = {Any(depth - 1)}",
                1 => $"[{Key()}] = {Any(depth - 1)}",
                _ => Any(depth - 1),
            });
        }
        return $"{{{string.Join(", ", items)}}}";
    }

    public string Function(int depth) => Random.Next(3) switch
    {
        0 => $"function() return {Any(depth)} end",
        1 => $"function(a, b) return a, {Any(depth)} end",
        _ => $"function(...) return select('#', ...), {Any(depth)} end",
    };
}
