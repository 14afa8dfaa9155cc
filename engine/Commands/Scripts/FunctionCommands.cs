using System.Diagnostics;
using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Execution.Scripting.Functions;
using Pkv.Engine.Replies;
using Pkv.Lua;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Scripts;

/// <summary>FUNCTION, FCALL and FCALL_RO. Source: redis.io/commands, functions.c of Redis 7.0 for the texts.</summary>
public static unsafe class FunctionCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("fcall", &Call, LockMode.Self);
        bindings.Bind("fcall_ro", &CallReadOnly, LockMode.Self);
        bindings.Bind("function", &HelpReply.Mismatch);
        bindings.Bind("function|load", &Load);
        bindings.Bind("function|delete", &Delete);
        bindings.Bind("function|flush", &Flush);
        bindings.Bind("function|list", &List);
        bindings.Bind("function|stats", &Statistics);
        bindings.Bind("function|dump", &Dump);
        bindings.Bind("function|restore", &Restore);
        bindings.Bind("function|kill", &Kill);
        bindings.Bind("function|help", &HelpReply.Container);
    }

    /// <summary>A library of this code, loaded to see what it registers. Null: it cannot be, and why.</summary>
    public static FunctionLibrary? Make(EngineState engine, byte[] code, out string? error)
    {
        error = LibraryHeader.Read(code, out string name, out int length);
        if (error is not null)
            return null;
        FunctionLibrary library = new(name, code, length);
        error = FunctionState.Inspect(library, engine);
        return error is null ? library : null;
    }

    private static FunctionRegistry Registry(CommandContext context) => context.Engine.Scripts.Functions;

    private static void Call(CommandContext context) => Call(context, isReadOnly: false);

    private static void CallReadOnly(CommandContext context) => Call(context, isReadOnly: true);

    private static void Call(CommandContext context, bool isReadOnly)
    {
        FunctionSet current = Registry(context).Current;
        if (current.Find(Encoding.Latin1.GetString(context.Arg(1))) is not { } function)
        {
            context.Reply.Error("ERR Function not found"u8);
            return;
        }
        if (!ScriptRunner.TryReadKeys(context, "ERR Bad number of keys provided"u8, out int keys))
            return;
        ScriptLevel level = context.Thread.Scripts.Next;
        if (level.Functions.Prepare(function, current) is { } error)
        {
            context.Reply.Error("ERR " + error);
            return;
        }
        (level.Function, level.KeyCount) = (function, keys);
        ScriptRunner.Run(context, level, function, static level => RunFunction(level), isReadOnly);
    }

    private static LuaOutcome RunFunction(ScriptLevel level)
    {
        (LuaValue keys, LuaValue others) = ScriptRunner.Arguments(level);
        return level.Functions.Run(level.Function!, [keys, others]);
    }

    private static void Load(CommandContext context)
    {
        bool replaces = false;
        for (int i = 2; i < context.ArgCount - 1; i++)
        {
            if (!Ascii.EqualsIgnoreCase(context.Arg(i), "replace"u8))
            {
                context.Reply.Error(ReplyWriter.OneLine([.. "ERR Unknown option given: "u8, .. context.Arg(i)]));
                return;
            }
            replaces = true;
        }
        FunctionLibrary? library = Make(context.Engine, context.Arg(context.ArgCount - 1).ToArray(), out string? error);
        if (library is not null && Change(context, set => set.With(library, replaces, out error), ref error))
            context.Reply.Bulk(library.Name);
        else
            Tell(context, error!);
    }

    // False: it was refused, and why.
    private static bool Change(CommandContext context, Func<FunctionSet, FunctionSet?> change, ref string? error)
    {
        string? failure = Registry(context).Change(change);
        error ??= failure;
        return error is null;
    }

    private static void Tell(CommandContext context, string error) =>
        context.Reply.Error(ReplyWriter.OneLine(Encoding.Latin1.GetBytes(error.StartsWith("MISCONF", StringComparison.Ordinal) ? error : "ERR " + error)));

    private static void Delete(CommandContext context)
    {
        string? error = null;
        string name = Encoding.Latin1.GetString(context.Arg(2));
        bool done = Change(context, set =>
        {
            if (set.FindLibrary(name) is { } library)
                return set.Without(library);
            error = "Library not found";
            return null;
        }, ref error);
        if (done)
            context.Reply.Ok();
        else
            Tell(context, error!);
    }

    private static void Flush(CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            HelpReply.Mismatch(context);
            return;
        }
        if (context.ArgCount == 3 && !ScriptCommands.IsFlushMode(context.Arg(2)))
        {
            context.Reply.Error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option"u8);
            return;
        }
        string? error = null;
        if (Change(context, static set => FunctionSet.Empty, ref error))
            context.Reply.Ok();
        else
            Tell(context, error!);
    }

    private static void Dump(CommandContext context) => context.Reply.Bulk(FunctionPayload.Write(Registry(context).Current));

    private static void Restore(CommandContext context)
    {
        if (context.ArgCount > 4)
        {
            HelpReply.Mismatch(context);
            return;
        }
        string policy = context.ArgCount == 4 ? Encoding.Latin1.GetString(context.Arg(3)).ToUpperInvariant() : "APPEND";
        if (policy is not ("FLUSH" or "APPEND" or "REPLACE"))
        {
            context.Reply.Error("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE."u8);
            return;
        }
        if (FunctionPayload.Read(context.Arg(2)) is not { } codes)
        {
            context.Reply.Error("ERR DUMP payload version or checksum are wrong"u8);
            return;
        }
        List<FunctionLibrary> libraries = [];
        string? error = null;
        foreach (byte[] code in codes)
        {
            if (Make(context.Engine, code, out error) is not { } library)
            {
                Tell(context, error!);
                return;
            }
            libraries.Add(library);
        }
        bool done = Change(context, set => Join(policy == "FLUSH" ? FunctionSet.Empty : set, libraries, policy == "REPLACE", out error), ref error);
        if (done)
            context.Reply.Ok();
        else
            Tell(context, error!);
    }

    private static FunctionSet? Join(FunctionSet set, List<FunctionLibrary> libraries, bool replaces, out string? error)
    {
        error = null;
        foreach (FunctionLibrary library in libraries)
        {
            if (set.With(library, replaces, out error) is not { } joined)
            {
                error = error!.Replace("'", "", StringComparison.Ordinal);
                return null;
            }
            set = joined;
        }
        return set;
    }

    private static void List(CommandContext context)
    {
        byte[]? pattern = null;
        bool withCode = false;
        for (int i = 2; i < context.ArgCount; i++)
        {
            if (!withCode && Ascii.EqualsIgnoreCase(context.Arg(i), "withcode"u8))
                withCode = true;
            else if (pattern is null && Ascii.EqualsIgnoreCase(context.Arg(i), "libraryname"u8))
            {
                if (++i == context.ArgCount)
                {
                    context.Reply.Error("ERR library name argument was not given"u8);
                    return;
                }
                pattern = context.Arg(i).ToArray();
            }
            else
            {
                context.Reply.Error(ReplyWriter.OneLine([.. "ERR Unknown argument "u8, .. context.Arg(i)]));
                return;
            }
        }
        FunctionLibrary[] shown = [.. Registry(context).Current.Libraries.Where(library => pattern is null || IsMatch(pattern, library.Name))];
        context.Reply.Array(shown.Length);
        foreach (FunctionLibrary library in shown)
            Describe(context, library, withCode);
    }

    // In any case, as in Redis.
    private static bool IsMatch(byte[] pattern, string name) =>
        GlobPattern.IsMatch(pattern, Encoding.Latin1.GetBytes(name), ignoreCase: true);

    private static void Describe(CommandContext context, FunctionLibrary library, bool withCode)
    {
        context.Reply.Map(withCode ? 4 : 3);
        context.Reply.Bulk("library_name"u8);
        context.Reply.Bulk(library.Name);
        context.Reply.Bulk("engine"u8);
        context.Reply.Bulk("LUA"u8);
        context.Reply.Bulk("functions"u8);
        context.Reply.Array(library.Functions.Count);
        foreach (LibraryFunction function in library.Functions)
        {
            context.Reply.Map(3);
            context.Reply.Bulk("name"u8);
            context.Reply.Bulk(function.Name);
            context.Reply.Bulk("description"u8);
            if (function.Description is null)
                context.Reply.Null();
            else
                context.Reply.Bulk(Encoding.Latin1.GetBytes(function.Description));
            context.Reply.Bulk("flags"u8);
            IReadOnlyList<string> flags = ScriptFlagNames.NamesOf(function.Flags);
            context.Reply.Set(flags.Count);
            foreach (string flag in flags)
                context.Reply.Simple(Encoding.ASCII.GetBytes(flag));
        }
        if (withCode)
        {
            context.Reply.Bulk("library_code"u8);
            context.Reply.Bulk(library.Code.Span);
        }
    }

    private static void Statistics(CommandContext context)
    {
        FunctionSet set = Registry(context).Current;
        context.Reply.Map(2);
        context.Reply.Bulk("running_script"u8);
        ScriptLevel? running = context.Engine.Scripts.Running().FirstOrDefault(static level => level is { Running.IsFunction: true, Command: not null });
        if (running is { Running: { } function, Command: { } command })
        {
            context.Reply.Map(3);
            context.Reply.Bulk("name"u8);
            context.Reply.Bulk(function.Name);
            context.Reply.Bulk("command"u8);
            context.Reply.Array(command.Length);
            foreach (byte[] argument in command)
                context.Reply.Bulk(argument);
            context.Reply.Bulk("duration_ms"u8);
            context.Reply.Integer((long)Stopwatch.GetElapsedTime(running.Began).TotalMilliseconds);
        }
        else
            context.Reply.Null();
        context.Reply.Bulk("engines"u8);
        context.Reply.Map(1);
        context.Reply.Bulk("LUA"u8);
        context.Reply.Map(2);
        context.Reply.Bulk("libraries_count"u8);
        context.Reply.Integer(set.Libraries.Count);
        context.Reply.Bulk("functions_count"u8);
        context.Reply.Integer(set.FunctionCount);
    }

    private static void Kill(CommandContext context) => ScriptCommands.KillReply(context, functions: true);
}
