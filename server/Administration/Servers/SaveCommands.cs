using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>
/// SAVE, BGSAVE, LASTSAVE, BGREWRITEAOF. The log is the store and is compacted by cleaning. No snapshot is written, so
/// requests for one get an error that lists the ways to make a backup. Source: redis.io/commands/save and others, texts of
/// Redis 7.0.15.
/// </summary>
internal static unsafe class SaveCommands
{
    // Whoever copies dump.rdb after a success would keep an old file, or none.
    private static ReadOnlySpan<byte> NoSnapshot =>
        "ERR no RDB file is written: every acknowledged write is in the pool; to back up, stop the server and run 'pkv export-aof POOL FILE', or copy the pool as docs/operations.md says"u8;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("save", &Save);
        bindings.Bind("bgsave", &BackgroundSave);
        bindings.Bind("lastsave", &LastSave);
        bindings.Bind("bgrewriteaof", &RewriteLog);
    }

    private static void Save(CommandContext context) => context.Reply.Error(NoSnapshot);

    private static void BackgroundSave(CommandContext context)
    {
        if (context.ArgCount > 2 || (context.ArgCount == 2 && !System.Text.Ascii.EqualsIgnoreCase(context.Arg(1), "SCHEDULE"u8)))
            context.Reply.Error("ERR syntax error"u8);
        else
            context.Reply.Error(NoSnapshot);
    }

    // Of a server that has not saved Redis, too, tells the time of the start.
    private static void LastSave(CommandContext context) => context.Reply.Integer(context.Server.StartedMs / 1000);

    private static void RewriteLog(CommandContext context)
    {
        context.Server.Cleaning.PassRequested = true;
        context.Server.Cleaning.WakeKeeper();
        context.Reply.Simple("Background append only file rewriting started"u8);
    }
}
