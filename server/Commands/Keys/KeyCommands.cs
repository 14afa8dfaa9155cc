using Pkv.Server.Execution;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Commands.Keys;

/// <summary>The generic group: which function runs what.</summary>
public static unsafe class KeyCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("del", &Delete);
        bindings.Bind("unlink", &Delete);
        bindings.Bind("exists", &Exists);
    }

    private static void Delete(CommandContext context)
    {
        long removed = 0;
        for (int i = 1; i < context.ArgCount; i++)
        {
            KeyRef key = context.KeyAt(i);
            if (!context.Find(key, out Entry entry, touch: false))
                continue;
            if (!context.Delete(key, entry))
                return;
            removed++;
        }
        context.Reply.Integer(removed);
    }

    private static void Exists(CommandContext context)
    {
        long found = 0;
        for (int i = 1; i < context.ArgCount; i++)
            found += context.Find(context.KeyAt(i), out _, touch: false) ? 1 : 0;
        context.Reply.Integer(found);
    }
}
