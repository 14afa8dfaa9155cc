using Pkv.Server.Execution;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Commands.Strings;

/// <summary>The string group: which function runs what.</summary>
public static unsafe class StringCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("set", &SetCommand.Set);
        bindings.Bind("get", &Get);
    }

    private static void Get(CommandContext context)
    {
        if (context.Find(context.KeyAt(1), out Entry entry))
        {
            context.Thread.Counters.KeyspaceHits++;
            context.Reply.StoredBulk(entry.ValueBulk);
        }
        else
        {
            context.Thread.Counters.KeyspaceMisses++;
            context.Reply.Null();
        }
    }
}
