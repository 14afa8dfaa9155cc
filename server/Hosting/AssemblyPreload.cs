using System.Reflection;

namespace Pkv.Server.Hosting;

/// <summary>
/// Loads every assembly that the server's code references before clients connect. .NET loads an assembly when a function
/// that needs it is first compiled, perhaps for a rare command; if no descriptor is free then, the process ends silently.
/// </summary>
internal static class AssemblyPreload
{
    /// <summary>Returns how many are loaded.</summary>
    public static int Load()
    {
        HashSet<string> seen = [];
        Queue<Assembly> open = new([typeof(AssemblyPreload).Assembly]);
        while (open.TryDequeue(out Assembly? assembly))
        {
            foreach (AssemblyName name in assembly.GetReferencedAssemblies())
            {
                if (seen.Add(name.FullName) && TryLoad(name) is { } loaded && IsWorthFollowing(name))
                    open.Enqueue(loaded);
            }
        }
        return seen.Count;
    }

    // The framework's own references lead to all of it: what its assemblies load by themselves comes out of the headroom.
    private static bool IsWorthFollowing(AssemblyName name) =>
        name.Name!.StartsWith("Pkv.", StringComparison.Ordinal) || name.Name.StartsWith("pkv", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal);

    private static Assembly? TryLoad(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception e) when (e is IOException or BadImageFormatException)
        {
            // Named, and not shipped: nothing can need it.
            return null;
        }
    }
}
