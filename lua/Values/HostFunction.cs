namespace Pkv.Lua;

/// <summary>The body of a host function: reads its arguments from the call, returns by one of its Return methods.</summary>
/// <returns>How many results it left at the top of the stack.</returns>
public delegate int HostBody(HostCall call);

/// <summary>A function of the host, callable from Lua.</summary>
public sealed class HostFunction : LuaObject
{
    /// <summary>What it costs in a script's memory, in bytes, with the delegate.</summary>
    internal const int Cost = 120;

    internal readonly HostBody Body;

    /// <summary>The environment that getfenv reports for its callers' module; the globals unless set.</summary>
    internal LuaTable? Environment;

    internal HostFunction(string name, HostBody body)
        : base(LuaType.Function)
    {
        Name = name;
        Body = body;
    }

    /// <summary>The name under which it was registered; messages use the name by which it was called.</summary>
    public string Name { get; }
}
