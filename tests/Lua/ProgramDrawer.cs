using System.Text;

namespace Pkv.Tests.Lua;

/// <summary>
/// Draws programs that end: loops have small bounds or count their turns, strings that grow are cut. Whatever shows an address, chance
/// or time is left out, so that two engines must agree on every byte.
/// </summary>
internal sealed class ProgramDrawer(int seed)
{
    private const int MaxNesting = 3;

    private readonly ExpressionDrawer _expressions = new(seed);
    private readonly StringBuilder _text = new();
    private int _nesting, _loops;

    private Random Random => _expressions.Random;

    private VariableScope Scope => _expressions.Scope;

    public string Program()
    {
        _text.Clear();
        Scope.Clear();
        _nesting = _loops = 0;
        int statements = Random.Next(3, 12);
        for (int i = 0; i < statements; i++)
            Statement();
        if (Random.Next(3) == 0)
            Line($"return {_expressions.Any(2)}");
        return _text.ToString();
    }

    private void Line(string line) => _text.Append(' ', _nesting).Append(line).Append('\n');

    private void Block(string head, string end, Action? before = null)
    {
        Line(head);
        _nesting++;
        int mark = Scope.Count;
        before?.Invoke();
        int statements = Random.Next(1, 4);
        for (int i = 0; i < statements; i++)
            Statement();
        Scope.Truncate(mark);
        _nesting--;
        Line(end);
    }

    private void Statement()
    {
        int kind = Random.Next(_nesting >= MaxNesting ? 12 : 26);
        switch (kind)
        {
            case 0 or 1 or 2:
                Local();
                break;
            case 3 or 4 or 5:
                Line($"p({_expressions.Any(3)}, {_expressions.Any(2)})");
                break;
            case 6:
                Assign();
                break;
            case 7:
                TableWork();
                break;
            case 8:
                Line($"dump({_expressions.Table(2)})");
                break;
            case 9:
                Line($"g{Random.Next(3)} = {_expressions.Any(2)}");
                break;
            case 10:
                Line($"p(pcall(function() return {_expressions.Any(3)} end))");
                break;
            case 11:
                Several();
                break;
            default:
                Compound(kind);
                break;
        }
    }

    private void Compound(int kind)
    {
        switch (kind)
        {
            case 12 or 13:
                Block($"if {_expressions.Condition(2)} then", "end");
                break;
            case 14:
                Line($"if {_expressions.Condition(2)} then");
                Line($" p({_expressions.Any(2)})");
                Block($"elseif {_expressions.Condition(2)} then", "else");
                Line($" p({_expressions.Any(2)})");
                Line("end");
                break;
            case 15 or 16:
                NumericFor();
                break;
            case 17 or 18:
                GenericFor();
                break;
            case 19:
                Counted();
                break;
            case 20 or 21:
                Function();
                break;
            case 22:
                Block("p(pcall(function()", "end))");
                break;
            case 23:
                Metatable();
                break;
            case 24:
                Coroutine();
                break;
            default:
                Block("do", "end");
                break;
        }
    }

    private void Local()
    {
        (VariableKind kind, string value) = _expressions.Typed(3);
        string name = Scope.NewName();
        Line($"local {name} = {value}");
        Scope.Add(name, kind);
    }

    private void Several()
    {
        string a = Scope.NewName(), b = Scope.NewName();
        Line($"local {a}, {b} = {_expressions.Any(2)}{(Random.Next(2) == 0 ? "" : ", " + _expressions.Any(2))}");
        Scope.Add(a, VariableKind.Any);
        Scope.Add(b, VariableKind.Any);
        if (Random.Next(2) == 0)
            Line($"{a}, {b} = {b}, {a}");
    }

    private void Assign()
    {
        if (Scope.Any(Random) is not { } variable)
        {
            Local();
            return;
        }
        string value = variable.Kind switch
        {
            VariableKind.Number => _expressions.Number(3),
            VariableKind.Text => $"({_expressions.Text(3)}):sub(1, 40)",
            VariableKind.Table => _expressions.Table(2),
            VariableKind.Function => _expressions.Function(1),
            _ => _expressions.Any(2),
        };
        Line($"{variable.Name} = {value}");
    }

    private void TableWork()
    {
        if (Scope.Any(Random, VariableKind.Table) is not { } table)
        {
            Local();
            return;
        }
        string t = table.Name;
        Line(Random.Next(9) switch
        {
            0 => $"{t}[#{t} + 1] = {_expressions.Any(1)}",
            1 => $"{t}[{_expressions.Key()}] = {_expressions.Any(2)}",
            2 => $"{t}.{_expressions.Field()} = {_expressions.Any(2)}",
            3 => $"table.insert({t}, {_expressions.Any(1)})",
            4 => $"table.insert({t}, {Random.Next(1, 4)}, {_expressions.Any(1)})",
            5 => $"p(table.remove({t}{(Random.Next(2) == 0 ? "" : $", {Random.Next(0, 4)}")}))",
            6 => $"{t}[{_expressions.Key()}] = nil",
            7 => $"p(pcall(table.sort, {t}{(Random.Next(3) == 0 ? ", function(a, b) return tostring(a) < tostring(b) end" : "")}))",
            _ => $"p(#{t}, next({t}))",
        });
    }

    private void NumericFor()
    {
        string name = Scope.NewName();
        string head = Random.Next(4) == 0
            ? $"for {name} = {Random.Next(3, 9)}, {Random.Next(-2, 4)}, {(Random.Next(2) == 0 ? "-1" : "-1.5")} do"
            : $"for {name} = {Random.Next(0, 3)}, {Random.Next(1, 7)} do";
        Loop(head, () => Scope.Add(name, VariableKind.Number));
    }

    private void GenericFor()
    {
        string key = Scope.NewName(), value = Scope.NewName(), table = _expressions.Table(2);
        string head = Random.Next(3) switch
        {
            0 => $"for {key}, {value} in ipairs({table}) do",
            1 => $"for {key}, {value} in pairs({table}) do",
            _ => $"for {key}, {value} in string.gmatch({_expressions.Text(1)}, '{_expressions.Pattern()}') do",
        };
        Loop(head, () =>
        {
            Scope.Add(key, VariableKind.Any);
            Scope.Add(value, VariableKind.Any);
        });
    }

    // A counter of its own ends a loop whose bounds the body may change.
    private void Loop(string head, Action variables)
    {
        string counter = $"c{++_loops}";
        Line($"local {counter} = 0");
        Block(head, "end", () =>
        {
            variables();
            Line($"{counter} = {counter} + 1 if {counter} > {Random.Next(3, 9)} then break end");
        });
    }

    private void Counted()
    {
        string counter = $"c{++_loops}";
        Line($"local {counter} = 0");
        int most = Random.Next(1, 6);
        if (Random.Next(2) == 0)
            Block($"while {counter} < {most} and ({_expressions.Condition(1)} or {counter} < 2) do", "end", () => Line($"{counter} = {counter} + 1"));
        else
            Block("repeat", $"until {counter} >= {most}", () => Line($"{counter} = {counter} + 1"));
    }

    private void Function()
    {
        string name = Scope.NewName();
        string parameters = Random.Next(4) switch { 0 => "", 1 => "a", 2 => "a, b", _ => "a, ..." };
        Block($"local function {name}({parameters})", "end", () =>
        {
            if (parameters.StartsWith('a'))
                Scope.Add("a", VariableKind.Any);
            if (parameters.EndsWith('.'))
                Line(Random.Next(2) == 0 ? "p(select('#', ...), ...)" : "local a = a or (...)");
            if (Random.Next(2) == 0)
                Line($"if {_expressions.Condition(1)} then return {_expressions.Any(2)} end");
        });
        Scope.Add(name, VariableKind.Function);
        Line($"p({name}({_expressions.Any(1)}, {_expressions.Any(1)}))");
    }

    private void Metatable()
    {
        string name = Scope.NewName();
        string[] events = ["add", "sub", "mul", "div", "mod", "pow", "concat", "eq", "lt", "le", "call"];
        StringBuilder metatable = new("{");
        foreach (string kind in events)
        {
            if (Random.Next(3) == 0)
                metatable.Append($"__{kind} = function(a, b) return {_expressions.Any(1)} end, ");
        }
        metatable.Append(Random.Next(5) switch
        {
            0 => "__index = function(t, k) return k end",
            1 => $"__index = {_expressions.Table(1)}",
            2 => "__newindex = function(t, k, v) rawset(t, k, 1) end",
            3 => "__unm = function(a) return 'neg' end, __len = function() return 3 end",
            _ => "__tostring = function() return 'shown' end",
        });
        Line($"local {name} = setmetatable({_expressions.Table(1)}, {metatable}}})");
        Scope.Add(name, VariableKind.Table);
        string other = _expressions.Any(1);
        string operation = new[] { "+", "-", "*", "/", "%", "^", "..", "==", "<", "<=", "~=", ">" }[Random.Next(12)];
        Line($"p(pcall(function() return {name} {operation} {other} end))");
        Line($"p(pcall(function() return {name}.{_expressions.Field()}, {name}[1], tostring({name}) ~= nil end))");
    }

    private void Coroutine()
    {
        string name = Scope.NewName();
        Block($"local {name} = coroutine.{(Random.Next(2) == 0 ? "wrap" : "create")}(function(a, b)", "end)", () =>
        {
            Scope.Add("a", VariableKind.Any);
            Line($"p('in', a, b, coroutine.yield({_expressions.Any(2)}))");
            if (Random.Next(3) == 0)
                Line($"error({_expressions.Any(1)})");
        });
        string call = $"pcall(type({name}) == 'thread' and coroutine.resume or {name}, type({name}) == 'thread' and {name} or 1, {_expressions.Any(1)})";
        Line($"p({call})");
        Line($"p({call})");
        Line($"p(type({name}) == 'thread' and coroutine.status({name}))");
    }
}
