using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Rdb;

namespace Pkv.Engine.Commands.Dump;

/// <summary>
/// DUMP: a value in the snapshot format of Redis 7.0, which RESTORE accepts here and in Redis. Source:
/// redis.io/commands/dump.
/// </summary>
internal static class DumpCommands
{
    public static void Bind(CommandBindings bindings)
    {
        unsafe
        {
            bindings.Bind("dump", &Dump);
            bindings.Bind("restore", &RestoreCommand.Run);
        }
    }

    private static void Dump(CommandContext context)
    {
        if (!Keys.KeyCommands.FindCounted(context, 1, out Entry entry))
        {
            context.Reply.Null();
            return;
        }
        using RdbOutput payload = new();
        using (ValueWriter value = new(context, payload))
            value.Write(entry);
        if (payload.Length > int.MaxValue - DumpFooter.Bytes)
        {
            context.Reply.Error("ERR the value is too large to be dumped"u8);
            return;
        }
        DumpFooter.Append(payload);
        context.Reply.Bulk(payload.Written);
    }
}
