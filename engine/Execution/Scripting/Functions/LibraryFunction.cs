namespace Pkv.Engine.Execution.Scripting.Functions;

/// <summary>A function of a library.</summary>
/// <param name="library">It belongs to.</param>
/// <param name="name">Unique among all functions.</param>
/// <param name="description">For people; null: none.</param>
/// <param name="flags">What it declares.</param>
public sealed class LibraryFunction(FunctionLibrary library, string name, string? description, ScriptFlags flags) : Callable(name, flags)
{
    public FunctionLibrary Library { get; } = library;
    public string? Description { get; } = description;
    public override bool IsFunction => true;
}
