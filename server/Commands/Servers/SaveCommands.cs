using Pkv.Server.Execution;

namespace Pkv.Server.Commands.Servers;

/// <summary>
/// SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF. There are no dumps: SAVE makes sure that the device has everything that was
/// acknowledged, and the log is rewritten by cleaning. Source: redis.io/commands/save and others, texts of Redis 7.0.15.
/// </summary>
internal static unsafe class SaveCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("save", &Save);
        bindings.Bind("bgsave", &BackgroundSave);
        bindings.Bind("lastsave", &LastSave);
        bindings.Bind("bgrewriteaof", &RewriteLog);
    }

    // As in Redis it is the server that waits: this thread does nothing else until the device has it all.
    private static void Save(CommandContext context)
    {
        context.Thread.Log.Commit(context.NowMs);
        int error = context.Server.Durability.Save();
        if (error == 0)
            context.Reply.Ok();
        else
            context.Reply.Error($"ERR The device refuses to write: errno {error}");
    }

    private static void BackgroundSave(CommandContext context)
    {
        if (context.ArgCount > 2 || (context.ArgCount == 2 && !System.Text.Ascii.EqualsIgnoreCase(context.Arg(1), "SCHEDULE"u8)))
        {
            context.Reply.Error("ERR syntax error"u8);
            return;
        }
        context.Thread.Log.Commit(context.NowMs);
        context.Server.Durability.SaveInBackground();
        context.Reply.Simple("Background saving started"u8);
    }

    private static void LastSave(CommandContext context) => context.Reply.Integer(context.Server.Durability.LastSaveMs / 1000);

    private static void RewriteLog(CommandContext context)
    {
        context.Server.Cleaning.PassRequested = true;
        context.Server.Cleaning.WakeKeeper();
        context.Reply.Simple("Background append only file rewriting started"u8);
    }
}
