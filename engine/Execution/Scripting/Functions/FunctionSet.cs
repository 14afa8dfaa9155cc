namespace Pkv.Engine.Execution.Scripting.Functions;

/// <summary>All libraries at a moment, and their functions by name. Immutable.</summary>
public sealed class FunctionSet
{
    private readonly Dictionary<string, FunctionLibrary> _libraries;
    private readonly Dictionary<string, LibraryFunction> _functions;

    private FunctionSet(IEnumerable<FunctionLibrary> libraries)
    {
        _libraries = libraries.ToDictionary(static library => library.Name, StringComparer.Ordinal);
        _functions = _libraries.Values.SelectMany(static library => library.Functions).ToDictionary(static function => function.Name, StringComparer.OrdinalIgnoreCase);
    }

    public static FunctionSet Empty { get; } = new([]);

    public IReadOnlyCollection<FunctionLibrary> Libraries => _libraries.Values;

    public int FunctionCount => _functions.Count;

    public LibraryFunction? Find(string function) => _functions.GetValueOrDefault(function);

    public FunctionLibrary? FindLibrary(string name) => _libraries.GetValueOrDefault(name);

    /// <summary>Whether this library, itself, is among them.</summary>
    public bool Holds(FunctionLibrary library) => FindLibrary(library.Name) == library;

    public FunctionSet Without(FunctionLibrary library) => new(_libraries.Values.Where(other => other != library));

    /// <summary>With one more. Null: it collides, and with what.</summary>
    public FunctionSet? With(FunctionLibrary library, bool replaces, out string? error)
    {
        FunctionSet others = this;
        error = null;
        if (FindLibrary(library.Name) is { } known)
        {
            if (!replaces)
                error = $"Library '{library.Name}' already exists";
            others = Without(known);
        }
        if (error is null && library.Functions.FirstOrDefault(function => others.Find(function.Name) is not null) is { } collision)
            error = $"Function {collision.Name} already exists";
        return error is null ? new FunctionSet(others.Libraries.Append(library)) : null;
    }
}
