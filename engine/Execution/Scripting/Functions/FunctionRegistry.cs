namespace Pkv.Engine.Execution.Scripting.Functions;

/// <summary>The libraries of the server, kept where they survive its end. Any thread.</summary>
public sealed class FunctionRegistry
{
    private readonly Lock _lock = new();
    private volatile FunctionSet _current = FunctionSet.Empty;

    public FunctionSet Current => _current;

    /// <summary>Keeps all libraries durably before a change counts. Throws <see cref="IOException"/> where it cannot. Null: nothing is kept.</summary>
    public Action<FunctionSet>? Save { get; set; }

    /// <summary>Changes the libraries: durably, or not at all.</summary>
    /// <param name="change">The libraries after the change, or null, which changes nothing.</param>
    /// <returns>What is wrong, or null.</returns>
    public string? Change(Func<FunctionSet, FunctionSet?> change)
    {
        lock (_lock)
        {
            if (change(_current) is not { } next)
                return null;
            try
            {
                Save?.Invoke(next);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return $"MISCONF the libraries could not be saved: {fault.Message}";
            }
            _current = next;
            return null;
        }
    }

    /// <summary>The libraries that were kept. Before clients are served.</summary>
    public void Restore(FunctionSet kept) => _current = kept;
}
