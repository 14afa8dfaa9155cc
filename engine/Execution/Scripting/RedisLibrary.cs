using System.Diagnostics;
using Pkv.Engine.Table;
using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>The table "redis" of scripts, and "os.clock". Source: "Redis Lua API reference" of Redis 7.0, whose error texts these are.</summary>
internal static class RedisLibrary
{
    private const string Version = "7.0.15";
    private const int VersionNumber = 0x0007000F;

    private static readonly string[] _levels = ["debug", "verbose", "notice", "warning"];

    /// <summary>Opens the libraries of Lua in a state, and makes pcall return errors as Redis does.</summary>
    public static void OpenLua(LuaState state)
    {
        LuaLibraries.OpenAll(state);
        // Compiled code is never loaded: what is dumped is only what "load" knows it by.
        state.SetField((LuaTable)state.GetField(state.Globals, "string").Object!, "dump",
            new LuaValue(state.Function("dump", static call => call.Return(new LuaValue(call.State.String("\eLua"u8))))));
        LuaLibraries.OpenClock(state, static () => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency);
        state.Caught = error => TextOfError(state, error);
    }

    /// <summary>The table for what runs on a level, in one of its states.</summary>
    public static LuaTable Make(ScriptLevel level, LuaState state)
    {
        LuaTable redis = state.NewTable();
        CommandCall command = new(level);
        AddFunction(state, redis, "call", call => command.Invoke(call, raises: true));
        AddFunction(state, redis, "pcall", call => command.Invoke(call, raises: false));
        AddFunction(state, redis, "setresp", call => SetResp(call, level));
        AddFunction(state, redis, "acl_check_cmd", call => CheckCommand(call, level));
        AddCommon(state, redis, line => level.Context.Engine.Log?.Invoke(line), level.Context.Engine.Options);
        AddFunction(state, redis, "set_repl", SetReplication);
        AddFunction(state, redis, "replicate_commands", static call => call.Return(LuaValue.Boolean(true)));
        AddFunction(state, redis, "breakpoint", static call => call.Return(LuaValue.Boolean(false)));
        AddFunction(state, redis, "debug", static call => call.ReturnNothing());
        (string Name, int Value)[] replication = [("REPL_NONE", 0), ("REPL_AOF", 1), ("REPL_SLAVE", 2), ("REPL_REPLICA", 2), ("REPL_ALL", 3)];
        foreach ((string name, int value) in replication)
            state.SetField(redis, name, new LuaValue(value));
        return redis;
    }

    // As pcall gave it before errors were tables.
    private static LuaValue TextOfError(LuaState state, LuaValue error) =>
        error is { IsTable: true, Object: LuaTable table } && state.GetField(table, "err") is { IsString: true } text ? text : error;

    /// <summary>What is there also while a library is loaded.</summary>
    public static void AddCommon(LuaState state, LuaTable redis, Action<string> log, Settings.EngineOptions options)
    {
        AddFunction(state, redis, "log", call => Log(call, log, options));
        AddFunction(state, redis, "sha1hex", Sha1Hex);
        AddFunction(state, redis, "error_reply", static call => Reply(call, static text => ScriptErrors.Of(text.State, text.Bytes is [(byte)'-', ..] ? text.Bytes : [(byte)'-', .. text.Bytes])));
        AddFunction(state, redis, "status_reply", static call => Reply(call, static text => ReplyToLua.Field(text.State, "ok", new LuaValue(text.State.String(text.Bytes)))));
        for (int i = 0; i < _levels.Length; i++)
            state.SetField(redis, "LOG_" + _levels[i].ToUpperInvariant(), new LuaValue(i));
        state.SetField(redis, "REDIS_VERSION", new LuaValue(state.String(Version)));
        state.SetField(redis, "REDIS_VERSION_NUM", new LuaValue(VersionNumber));
    }

    /// <summary>Adds a function to such a table.</summary>
    public static void AddFunction(LuaState state, LuaTable table, string name, HostBody body) => state.SetField(table, name, new LuaValue(state.Function(name, body)));

    private static LuaException Refuse(HostCall call, string text) => HostCall.Raise(ScriptErrors.Of(call.State, text));

    private static int Log(HostCall call, Action<string> log, Settings.EngineOptions options)
    {
        if (call.Count < 2)
            throw Refuse(call, "redis.log() requires two arguments or more.");
        if (!call[0].IsNumber)
            throw Refuse(call, "First argument must be a number (log level).");
        int level = (int)call[0].Number;
        if (level < 0 || level >= _levels.Length)
            throw Refuse(call, "Invalid debug level.");
        if (level < options.MinScriptLogLevel)
            return call.ReturnNothing();
        System.Text.StringBuilder line = new();
        for (int i = 1; i < call.Count; i++)
        {
            if (i > 1)
                line.Append(' ');
            line.Append(call[i].IsString || call[i].IsNumber ? call.State.TextOf(call[i]) : "");
        }
        log(line.ToString());
        return call.ReturnNothing();
    }

    private static int Sha1Hex(HostCall call)
    {
        if (call.Count != 1)
            throw Refuse(call, "wrong number of arguments");
        ReadOnlySpan<byte> bytes = call[0].IsString || call[0].IsNumber ? call.CheckString(0).Span : default;
        return call.Return(new LuaValue(call.State.String(ScriptDigest.Of(bytes).ToString())));
    }

    private static int Reply(HostCall call, Func<(LuaState State, byte[] Bytes), LuaValue> make)
    {
        if (call.Count != 1 || !call[0].IsString)
            return call.Return(ScriptErrors.Of(call.State, "wrong number or type of arguments"));
        return call.Return(make((call.State, call[0].Bytes.ToArray())));
    }

    private static int SetResp(HostCall call, ScriptLevel level)
    {
        if (call.Count != 1)
            throw Refuse(call, "redis.setresp() requires one argument.");
        if (!call[0].IsNumber || call[0].Number is not (2 or 3))
            throw Refuse(call, "RESP version must be 2 or 3.");
        level.Resp3 = call[0].Number == 3;
        return call.ReturnNothing();
    }

    // What a script writes is in the log, whatever it asks for: there is no other way to be durable.
    private static int SetReplication(HostCall call)
    {
        if (call.Count != 1)
            throw Refuse(call, "redis.set_repl() requires one argument.");
        if (!call[0].IsNumber || ((int)call[0].Number & ~3) != 0)
            throw Refuse(call, "Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        return call.ReturnNothing();
    }

    private static int CheckCommand(HostCall call, ScriptLevel level)
    {
        if (call.Count == 0)
            throw Refuse(call, "Please specify at least one argument for this redis lib call");
        for (int i = 0; i < call.Count; i++)
        {
            if (!call[i].IsString && !call[i].IsNumber)
                throw Refuse(call, "Lua redis lib command arguments must be strings or integers");
        }
        CommandSpec? spec = level.Context.Engine.Names.Find(call.CheckString(0).Span);
        if (spec is { IsContainer: true } && call.Count > 1)
            spec = CommandTable.FindSub(spec, call.CheckString(1).Span);
        if (spec is null || level.Context.Engine.Bindings[spec.Index] is null)
            throw Refuse(call, "Invalid command passed to redis.acl_check_cmd()");
        return call.Return(LuaValue.Boolean(true));
    }
}
