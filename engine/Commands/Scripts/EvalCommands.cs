using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Scripting;
using Pkv.Lua;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Scripts;

/// <summary>EVAL, EVALSHA, and those of them that only read. Source: redis.io/commands, eval.c of Redis 7.0 for the texts.</summary>
public static unsafe class EvalCommands
{
    private const int KeysArg = 3;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("eval", &Eval, LockMode.Self);
        bindings.Bind("eval_ro", &EvalReadOnly, LockMode.Self);
        bindings.Bind("evalsha", &EvalDigest, LockMode.Self);
        bindings.Bind("evalsha_ro", &EvalDigestReadOnly, LockMode.Self);
    }

    private static void Eval(CommandContext context) => Run(context, isDigest: false, isReadOnly: false);

    private static void EvalReadOnly(CommandContext context) => Run(context, isDigest: false, isReadOnly: true);

    private static void EvalDigest(CommandContext context) => Run(context, isDigest: true, isReadOnly: false);

    private static void EvalDigestReadOnly(CommandContext context) => Run(context, isDigest: true, isReadOnly: true);

    private static void Run(CommandContext context, bool isDigest, bool isReadOnly)
    {
        if (!ScriptRunner.TryReadKeys(context, "ERR value is not an integer or out of range"u8, out _))
            return;
        ScriptLevel level = context.Thread.Scripts.Next;
        Script? script = isDigest ? FindByDigest(context) : Load(context, level, context.Arg(1));
        if (script is null)
            return;
        if (!TryCompile(context, level, script))
            return;
        ScriptRunner.Run(context, level, script, static level => RunChunk(level), isReadOnly);
    }

    /// <summary>The script of a source, made and kept if it is new. Null: it does not compile, the client has been told.</summary>
    internal static Script? Load(CommandContext context, ScriptLevel level, ReadOnlySpan<byte> source)
    {
        ScriptCache cache = context.Engine.Scripts.Cache;
        ScriptDigest digest = ScriptDigest.Of(source);
        if (cache.Find(digest) is { } known)
            return known;
        Script? script = ScriptCache.Make(digest, source, out string? error);
        if (script is null)
        {
            context.Reply.Error("ERR " + error);
            return null;
        }
        if (!TryCompile(context, level, script))
            return null;
        script.OnlyDeclared = !context.Engine.Names.HasRenames && DeclaredKeys.AreSeen(script.Source.Span, context.Engine.Bindings);
        cache.Add(script);
        return script;
    }

    private static Script? FindByDigest(CommandContext context)
    {
        Script? script = ScriptDigest.TryParse(context.Arg(1), out ScriptDigest digest) ? context.Engine.Scripts.Cache.Find(digest) : null;
        if (script is null)
            context.Reply.Error("NOSCRIPT No matching script. Please use EVAL."u8);
        return script;
    }

    private static bool TryCompile(CommandContext context, ScriptLevel level, Script script)
    {
        try
        {
            level.Chunk = level.Compile(script);
            return true;
        }
        catch (LuaException error)
        {
            context.Reply.Error(LuaToReply.OneLine(Encoding.Latin1.GetBytes($"ERR Error compiling script (new function): {level.State.TextOf(error.Value)}")));
            return false;
        }
    }

    private static LuaOutcome RunChunk(ScriptLevel level)
    {
        CommandContext context = level.Context;
        LuaState state = level.State;
        _ = Integers.TryParse(context.Arg(KeysArg - 1), out long keys);
        state.SetGlobal("KEYS", Table(context, state, KeysArg, (int)keys));
        state.SetGlobal("ARGV", Table(context, state, KeysArg + (int)keys, context.ArgCount - KeysArg - (int)keys));
        return state.Run(level.Chunk!);
    }

    /// <summary>Some of a command's arguments, as a table of a script.</summary>
    internal static LuaValue Table(CommandContext context, LuaState state, int first, int count)
    {
        LuaTable table = state.NewTable(count);
        for (int i = 0; i < count; i++)
            state.SetItem(table, i + 1, new LuaValue(state.String(context.Arg(first + i))));
        return new LuaValue(table);
    }
}
