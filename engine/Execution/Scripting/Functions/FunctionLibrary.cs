namespace Pkv.Engine.Execution.Scripting.Functions;

/// <summary>A library of functions, as FUNCTION LOAD has brought it. Immutable once it is loaded.</summary>
/// <param name="name">Unique.</param>
/// <param name="code">As it came, its first line included.</param>
/// <param name="bodyStart">Where the Lua code begins: at the end of the first line.</param>
public sealed class FunctionLibrary(string name, byte[] code, int bodyStart)
{
    private readonly List<LibraryFunction> _functions = [];

    public string Name { get; } = name;
    public ReadOnlyMemory<byte> Code { get; } = code;

    /// <summary>What is compiled.</summary>
    public ReadOnlyMemory<byte> Body => Code[bodyStart..];

    /// <summary>In the order in which they were registered.</summary>
    public IReadOnlyList<LibraryFunction> Functions => _functions;

    internal void Add(LibraryFunction function) => _functions.Add(function);
}
