using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Clients;
using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Commands.Transactions;

/// <summary>MULTI, EXEC, DISCARD, WATCH, UNWATCH. Source: redis.io/commands, multi.c of Redis 7.0 for the texts.</summary>
public static unsafe class TransactionCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("multi", &Multi, escapesMulti: true);
        bindings.Bind("exec", &Exec, LockMode.None, escapesMulti: true);
        bindings.Bind("discard", &Discard, escapesMulti: true);
        bindings.Bind("watch", &Watch, escapesMulti: true);
        bindings.Bind("unwatch", &Unwatch);
    }

    /// <summary>Ends a client's MULTI, if there is one, and its WATCH.</summary>
    public static void Abandon(EngineThread thread, Client client)
    {
        client.Transaction?.Dispose();
        client.Transaction = null;
        if (client.Watched is { } watched)
            thread.Host.Unwatch(watched);
        client.Watched = null;
    }

    private static void Multi(CommandContext context)
    {
        if (context.Client.InTransaction)
        {
            context.Reply.Error("ERR MULTI calls can not be nested"u8);
            return;
        }
        context.Client.Transaction = new Transaction();
        context.Reply.Ok();
    }

    private static void Discard(CommandContext context)
    {
        if (!context.Client.InTransaction)
        {
            context.Reply.Error("ERR DISCARD without MULTI"u8);
            return;
        }
        Abandon(context.Thread, context.Client);
        context.Reply.Ok();
    }

    private static void Watch(CommandContext context)
    {
        if (context.Client.InTransaction)
        {
            context.Reply.Error("ERR WATCH inside MULTI is not allowed"u8);
            return;
        }
        WatchSet watched = context.Client.Watched ??= new WatchSet();
        for (int i = 1; i < context.ArgCount; i++)
        {
            // An expired key is removed first, so that its removal does not count as a change.
            KeyRef key = context.KeyAt(i);
            context.Find(key, out _, touch: false);
            context.Engine.Watches.Watch(watched, key);
            context.Breathe(i);
        }
        context.Reply.Ok();
    }

    private static void Unwatch(CommandContext context)
    {
        if (context.Client.Watched is { } watched)
            context.Thread.Host.Unwatch(watched);
        context.Client.Watched = null;
        context.Reply.Ok();
    }

    private static void Exec(CommandContext context)
    {
        Client client = context.Client;
        if (client.Transaction is not { } transaction)
        {
            context.Reply.Error("ERR EXEC without MULTI"u8);
            return;
        }
        if (transaction.IsBroken)
            context.Reply.Error("EXECABORT Transaction discarded because of previous errors."u8);
        else if (!TransactionRunner.TryRun(context, transaction))
        {
            context.IsBusy = true;
            return;
        }
        // It comes again when there is room.
        if (context.Room.IsShort)
            return;
        Abandon(context.Thread, client);
    }
}
