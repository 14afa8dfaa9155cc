using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Scripting;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Scripts;

/// <summary>SCRIPT. Source: redis.io/commands, eval.c of Redis 7.0 for the texts.</summary>
public static unsafe class ScriptCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("script", &HelpReply.Mismatch);
        bindings.Bind("script|load", &Load);
        bindings.Bind("script|exists", &Exists);
        bindings.Bind("script|flush", &Flush);
        bindings.Bind("script|kill", &Kill);
        bindings.Bind("script|debug", &Debug);
        bindings.Bind("script|help", &HelpReply.Container);
    }

    private static void Load(CommandContext context)
    {
        if (EvalCommands.Load(context, context.Thread.Scripts.Next, context.Arg(2)) is { } script)
            context.Reply.Bulk(script.Name);
    }

    private static void Exists(CommandContext context)
    {
        context.Reply.Array(context.ArgCount - 2);
        for (int i = 2; i < context.ArgCount; i++)
        {
            bool exists = ScriptDigest.TryParse(context.Arg(i), out ScriptDigest digest) && context.Engine.Scripts.Cache.Find(digest) is not null;
            context.Reply.Integer(exists ? 1 : 0);
        }
    }

    private static void Flush(CommandContext context)
    {
        if (context.ArgCount > 3 || (context.ArgCount == 3 && !IsFlushMode(context.Arg(2))))
        {
            context.Reply.Error("ERR SCRIPT FLUSH only support SYNC|ASYNC option"u8);
            return;
        }
        context.Engine.Scripts.Cache.Flush();
        context.Reply.Ok();
    }

    /// <summary>Whether a word is SYNC or ASYNC.</summary>
    internal static bool IsFlushMode(ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(word, "sync"u8) || Ascii.EqualsIgnoreCase(word, "async"u8);

    private static void Kill(CommandContext context) => KillReply(context, functions: false);

    /// <summary>Stops scripts, or functions, and tells what became of that.</summary>
    internal static void KillReply(CommandContext context, bool functions)
    {
        switch (context.Engine.Scripts.Kill(functions))
        {
            case KillOutcome.Killed:
                context.Reply.Ok();
                break;
            case KillOutcome.HasWritten:
                context.Reply.Error("UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command."u8);
                break;
            case KillOutcome.OtherKind:
                context.Reply.Error(context.Engine.Scripts.BusyError);
                break;
            default:
                context.Reply.Error("NOTBUSY No scripts in execution right now."u8);
                break;
        }
    }

    private static void Debug(CommandContext context)
    {
        ReadOnlySpan<byte> mode = context.Arg(2);
        if (Ascii.EqualsIgnoreCase(mode, "no"u8))
            context.Reply.Ok();
        else if (Ascii.EqualsIgnoreCase(mode, "yes"u8) || Ascii.EqualsIgnoreCase(mode, "sync"u8))
            context.Reply.Error("ERR scripts cannot be debugged step by step here"u8);
        else
            context.Reply.Error("ERR Use SCRIPT DEBUG YES/SYNC/NO"u8);
    }
}
