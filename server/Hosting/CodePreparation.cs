using System.Reflection;
using System.Runtime.CompilerServices;
using Pkv.Linux;

namespace Pkv.Server.Hosting;

/// <summary>
/// Compiles the server's functions after startup. .NET compiles a function on the thread that first calls it, so the first use of a
/// command that runs in slices delayed the other clients of its I/O thread by 60 ms and more. This takes about two seconds of
/// otherwise idle CPU time, in the background.
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
            if (!method.IsAbstract && !method.ContainsGenericParameters && TryPrepare(method))
                count++;
        }
        return count;
    }

    /// <summary>Compiles one function. False: it needs what this machine lacks (a library that only some media use), and is left to whoever calls it.</summary>
    internal static bool TryPrepare(MethodBase method)
    {
        try
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            return true;
        }
        catch (Exception)
        {
            // Of whatever kind: a server must not end for code that it may never run.
            return false;
        }
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
