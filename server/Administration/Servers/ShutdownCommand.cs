using System.Text;
using Pkv.Engine.Execution;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>
/// SHUTDOWN [NOSAVE|SAVE] [NOW] [FORCE] [ABORT]. Everything is already in the log, so SAVE is satisfied without writing an
/// RDB file (see <see cref="SaveCommands"/>); the options only determine whether a failing device keeps the server from
/// stopping. No reply: the connection closes once everything is on the device and the pool is free for the next server.
/// </summary>
internal static class ShutdownCommand
{
    public static void Shutdown(CommandContext context)
    {
        bool save = false, noSave = false, force = false, abort = false, now = false;
        for (int i = 1; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            if (Ascii.EqualsIgnoreCase(option, "NOSAVE"u8))
                noSave = true;
            else if (Ascii.EqualsIgnoreCase(option, "SAVE"u8))
                save = true;
            else if (Ascii.EqualsIgnoreCase(option, "NOW"u8))
                now = true;
            else if (Ascii.EqualsIgnoreCase(option, "FORCE"u8))
                force = true;
            else if (Ascii.EqualsIgnoreCase(option, "ABORT"u8))
                abort = true;
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return;
            }
        }
        if ((save && noSave) || (abort && (save || noSave || force || now)))
            context.Reply.Error("ERR syntax error"u8);
        else if (abort)
            context.Reply.Error("ERR No shutdown in progress."u8);
        else if (context.Server.WriteError is not null && !force && !noSave)
            context.Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."u8);
        else
        {
            // Whatever comes after it, from anyone, is not run any more.
            context.Server.Pause.Start(context.NowMs, long.MaxValue, writesOnly: false);
            context.Session.ClosesLast = true;
            context.Server.ShutdownRequested.Set();
        }
    }
}
