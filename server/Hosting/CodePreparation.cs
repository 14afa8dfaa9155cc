using System.Reflection;
using System.Runtime.CompilerServices;
using Pkv.Linux;

namespace Pkv.Server.Hosting;

/// <summary>
/// Compiles the server's functions when it has started. .NET compiles each when it is first called, on the thread that calls it: whoever was
/// the first to use a command that is cut in slices held up the others of the I/O thread for 60 ms and more. Takes some two seconds of
/// a core that nobody else wants, in the background.
/// </summary>
internal static class CodePreparation
{
    // As nice(1): a tenth of what an I/O thread gets of a core that both want.
    private const int Niceness = 10;

    private const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Starts a thread that does it, and calls <paramref name="done"/>.</summary>
    public static void Start(Action done)
    {
        Thread thread = new(() =>
        {
            // A failure costs nothing but the wait for a core.
            _ = ResourceCalls.SetPriority(ResourceCalls.PriorityOfThread, 0, Niceness);
            Run();
            done();
        })
        { IsBackground = true, Name = "pkv-prepare" };
        thread.Start();
    }

    /// <summary>Returns how many functions are compiled.</summary>
    public static int Run()
    {
        Type[] types = [.. AppDomain.CurrentDomain.GetAssemblies().Where(IsOurs).SelectMany(static a => a.GetTypes()).Where(static t => !t.ContainsGenericParameters && !t.IsSubclassOf(typeof(Delegate)))];
        // First all of them: code that is compiled later needs not ask whether a class is initialized.
        foreach (Type type in types)
            Initialize(type);
        int count = 0;
        foreach (MethodBase method in types.SelectMany(static type => type.GetMembers(Own)).OfType<MethodBase>())
        {
            if (method.IsAbstract || method.ContainsGenericParameters)
                continue;
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            count++;
        }
        return count;
    }

    private static void Initialize(Type type)
    {
        try
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }
        catch (TypeInitializationException)
        {
            // What this machine lacks is told to whoever needs it.
        }
    }

    private static bool IsOurs(Assembly assembly) =>
        assembly.GetName().Name is { } name && (name == "pkv-server" || (name.StartsWith("Pkv.", StringComparison.Ordinal) && name != "Pkv.Tests"));
}
