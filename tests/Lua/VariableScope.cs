namespace Pkv.Tests.Lua;

/// <summary>What a variable of a drawn program most likely holds.</summary>
internal enum VariableKind
{
    Any,
    Number,
    Text,
    Table,
    Function,
}

/// <summary>The local variables that a drawn program can name where it has come to.</summary>
internal sealed class VariableScope
{
    private readonly List<(string Name, VariableKind Kind)> _variables = [];
    private int _made;

    public int Count => _variables.Count;

    public string NewName() => $"v{++_made}";

    public void Add(string name, VariableKind kind) => _variables.Add((name, kind));

    public void Truncate(int count) => _variables.RemoveRange(count, _variables.Count - count);

    public void Clear()
    {
        _variables.Clear();
        _made = 0;
    }

    public (string Name, VariableKind Kind)? Any(Random random, VariableKind? kind = null)
    {
        (string Name, VariableKind Kind)[] fitting = [.. _variables.Where(v => kind is null || v.Kind == kind)];
        return fitting.Length == 0 ? null : fitting[random.Next(fitting.Length)];
    }
}
