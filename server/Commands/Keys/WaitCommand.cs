using Pkv.Server.Execution;
using Pkv.Server.Resp;
using Pkv.Server.Sessions;

namespace Pkv.Server.Commands.Keys;

/// <summary>
/// WAIT. There are no replicas, so the answer is always 0: at once when none is asked for and inside EXEC, else when
/// the timeout is over (0: never). Meanwhile the connection is paused as by CLIENT PAUSE and holds no thread.
/// </summary>
internal static class WaitCommand
{
    /// <summary>Whether the WAIT in the context must be offered again later instead of being run.</summary>
    public static bool Holds(CommandContext context)
    {
        Session session = context.Session;
        if (session.InTransaction || !TryRead(context, out long replicas, out long timeoutMs) || replicas <= 0)
            return false;
        if (session.WaitsUntilMs == 0)
            session.WaitsUntilMs = timeoutMs == 0 || timeoutMs > long.MaxValue - context.NowMs ? long.MaxValue : context.NowMs + timeoutMs;
        if (session.WaitsUntilMs <= context.NowMs)
        {
            session.WaitsUntilMs = 0;
            return false;
        }
        context.Thread.WakeBy(session.WaitsUntilMs);
        return true;
    }

    /// <summary>Answers: wrong arguments, or that no replica has anything.</summary>
    public static void Wait(CommandContext context)
    {
        if (!Integers.TryParse(context.Arg(1), out _))
            context.Reply.Error("ERR value is not an integer or out of range"u8);
        else if (!Integers.TryParse(context.Arg(2), out long timeoutMs))
            context.Reply.Error("ERR timeout is not an integer or out of range"u8);
        else if (timeoutMs < 0)
            context.Reply.Error("ERR timeout is negative"u8);
        else
            context.Reply.Integer(0);
    }

    private static bool TryRead(CommandContext context, out long replicas, out long timeoutMs)
    {
        timeoutMs = 0;
        return Integers.TryParse(context.Arg(1), out replicas) && Integers.TryParse(context.Arg(2), out timeoutMs) && timeoutMs >= 0;
    }
}
