namespace Pkv.Engine.Commands.Strings;

/// <summary>The string group: binds each command to its function.</summary>
public static unsafe class StringCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("get", &GetCommands.Get);
        bindings.Bind("mget", &GetCommands.GetMany);
        bindings.Bind("getdel", &GetCommands.GetDelete);
        bindings.Bind("getex", &GetCommands.GetExpire);
        bindings.Bind("strlen", &GetCommands.Length);
        bindings.Bind("getrange", &GetCommands.GetRange);
        bindings.Bind("substr", &GetCommands.GetRange);

        bindings.Bind("set", &SetCommand.Set);
        bindings.Bind("setnx", &SetVariants.SetIfAbsent);
        bindings.Bind("setex", &SetVariants.SetSeconds);
        bindings.Bind("psetex", &SetVariants.SetMilliseconds);
        bindings.Bind("getset", &SetVariants.GetSet);
        bindings.Bind("mset", &SetVariants.SetMany);
        bindings.Bind("msetnx", &SetVariants.SetManyIfAllAbsent);

        bindings.Bind("append", &EditCommands.Append);
        bindings.Bind("setrange", &EditCommands.SetRange);
        bindings.Bind("incr", &CounterCommands.Increment);
        bindings.Bind("decr", &CounterCommands.Decrement);
        bindings.Bind("incrby", &CounterCommands.IncrementBy);
        bindings.Bind("decrby", &CounterCommands.DecrementBy);
        bindings.Bind("incrbyfloat", &CounterCommands.IncrementByFloat);

        bindings.Bind("lcs", &LcsCommand.Longest);
    }
}
