using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// WAIT. There are no replicas, so the reply is always 0: immediately if none is requested and inside EXEC, otherwise when
/// the timeout expires (0: never). Until then the client waits as in a blocking command without keys.
/// </summary>
internal static class WaitCommand
{
    public static void Wait(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(1), out long replicas))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (!Integers.TryParse(context.Arg(2), out long timeoutMs))
            context.Reply.Error("ERR timeout is not an integer or out of range"u8);
        else if (timeoutMs < 0)
            context.Reply.Error("ERR timeout is negative"u8);
        else if (replicas <= 0 || !context.Blocking.Wait(context, ValueKind.String, firstKey: 0, keyCount: 0, UntilMs(context, timeoutMs)))
            context.Reply.Integer(0);
    }

    private static long UntilMs(CommandContext context, long timeoutMs) =>
        timeoutMs == 0 || timeoutMs > long.MaxValue - context.NowMs ? long.MaxValue : context.NowMs + timeoutMs;
}
