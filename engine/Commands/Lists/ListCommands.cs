namespace Pkv.Engine.Commands.Lists;

/// <summary>The list group: binds each command to its function.</summary>
public static unsafe class ListCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("lpush", &PushCommands.PushHead);
        bindings.Bind("rpush", &PushCommands.PushTail);
        bindings.Bind("lpushx", &PushCommands.PushHeadIfPresent);
        bindings.Bind("rpushx", &PushCommands.PushTailIfPresent);

        bindings.Bind("lpop", &PopCommands.PopHead);
        bindings.Bind("rpop", &PopCommands.PopTail);
        bindings.Bind("blpop", &PopCommands.WaitPopHead);
        bindings.Bind("brpop", &PopCommands.WaitPopTail);
        bindings.Bind("lmpop", &PopManyCommand.PopMany);
        bindings.Bind("blmpop", &PopManyCommand.WaitPopMany);

        bindings.Bind("lmove", &MoveCommands.Move);
        bindings.Bind("rpoplpush", &MoveCommands.MoveTailToHead);
        bindings.Bind("blmove", &MoveCommands.WaitMove);
        bindings.Bind("brpoplpush", &MoveCommands.WaitMoveTailToHead);

        bindings.Bind("llen", &ReadCommands.Length);
        bindings.Bind("lindex", &ReadCommands.Index);
        bindings.Bind("lrange", &ReadCommands.Range);
        bindings.Bind("lpos", &PositionCommand.Position);

        bindings.Bind("lset", &EditCommands.Set);
        bindings.Bind("lrem", &EditCommands.Remove);
        bindings.Bind("ltrim", &EditCommands.Trim);
        bindings.Bind("linsert", &InsertCommand.Insert);
    }
}
