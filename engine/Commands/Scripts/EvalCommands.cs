using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Execution.Scripting;
using Pkv.Engine.Replies;
using Pkv.Lua;

namespace Pkv.Engine.Commands.Scripts;

/// <summary>EVAL, EVALSHA, and those of them that only read. Source: redis.io/commands, eval.c of Redis 7.0 for the texts.</summary>
public static unsafe class EvalCommands
{
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
        if (!ScriptRunner.TryReadKeys(context, "ERR value is not an integer or out of range"u8, out int keys))
            return;
        ScriptLevel level = context.Thread.Scripts.Next;
        Script? script = isDigest ? FindByDigest(context) : Load(context, level, context.Arg(1));
        if (script is null)
            return;
        if (!TryCompile(context, level, script))
            return;
        level.KeyCount = keys;
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
            context.Reply.Error(ReplyWriter.OneLine(Encoding.Latin1.GetBytes($"ERR Error compiling script (new function): {level.State.TextOf(error.Value)}")));
            return false;
        }
    }

    private static LuaOutcome RunChunk(ScriptLevel level)
    {
        (LuaValue keys, LuaValue others) = ScriptRunner.Arguments(level);
        level.State.SetGlobal("KEYS", keys);
        level.State.SetGlobal("ARGV", others);
        return level.State.Run(level.Chunk!);
    }
}
