using System.Diagnostics;
using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting.Functions;

/// <summary>
/// The Lua state that functions run in, and the libraries that are loaded there, each when one of its functions is called first. One for a
/// <see cref="ScriptLevel"/>, or for FUNCTION LOAD, which looks what a library registers. Owner thread only.
/// </summary>
internal sealed class FunctionState
{
    private const long LoadLimitMs = 500;

    private readonly Dictionary<FunctionLibrary, Dictionary<string, LuaValue>> _loaded = [];
    private readonly LuaTable _globals;
    private readonly LuaTable _whileLoading;
    private readonly LuaTable _whileRunning;
    private FunctionSet? _known;
    private FunctionLibrary? _library;
    private Dictionary<string, LuaValue>? _registered;
    private bool _lists;
    private long _loadBegan;

    /// <param name="level">Runs the functions.</param>
    /// <param name="interrupt">Asked now and then while one runs.</param>
    public FunctionState(ScriptLevel level, Func<bool> interrupt)
        : this(interrupt, level.Context.Engine, level)
    {
    }

    private FunctionState(Func<bool>? interrupt, Execution.EngineState engine, ScriptLevel? level)
    {
        State = new LuaState(engine.Scripts.Limits) { Interrupt = () => _library is not null ? IsLoadInTime() : interrupt!() };
        Writer = level is null ? null! : new LuaToReply(State, level.Context.Reply, interrupt!);
        RedisLibrary.OpenLua(State);
        // A library sees little while it is loaded, and all when its functions run, by the same names: its globals are looked for in one
        // table or in the other.
        LuaTable loading = State.NewTable();
        RedisLibrary.AddCommon(State, loading, line => engine.Log?.Invoke(line), engine.Options);
        RedisLibrary.AddFunction(State, loading, "register_function", Register);
        State.MakeStrict(loading);
        _whileLoading = State.NewTable();
        State.SetField(_whileLoading, "redis", new LuaValue(loading));
        State.MakeStrict(_whileLoading);
        if (level is not null)
            State.SetGlobal("redis", new LuaValue(RedisLibrary.Make(level, State)));
        _whileRunning = State.TakeGlobals();
        State.MakeStrict(_whileRunning);
        _globals = State.LookForGlobalsIn(_whileRunning);
        State.Protect(_whileLoading, _whileRunning);
    }

    public LuaState State { get; }

    public LuaToReply Writer { get; }

    /// <summary>Loads a library only to see whether it can be, and fills its list of functions. Returns what is wrong, or null.</summary>
    public static string? Inspect(FunctionLibrary library, Execution.EngineState engine)
    {
        FunctionState state = new(null, engine, null);
        return state.TryLoad(library, lists: true, out _, out string? error) && library.Functions.Count == 0 ? "No functions registered" : error;
    }

    /// <summary>Calls a function.</summary>
    public LuaOutcome Run(LibraryFunction function, ReadOnlySpan<LuaValue> arguments)
    {
        if (!_loaded.TryGetValue(function.Library, out Dictionary<string, LuaValue>? functions))
            throw new InvalidOperationException("a function is run whose library is not loaded");
        return State.Run(functions[function.Name], arguments);
    }

    /// <summary>Loads the library of a function, if it is not. Between runs. Returns what is wrong, or null.</summary>
    public string? Prepare(LibraryFunction function, FunctionSet current)
    {
        if (_known != current)
        {
            foreach (FunctionLibrary gone in _loaded.Keys.Where(library => !current.Holds(library)).ToArray())
                _loaded.Remove(gone);
            _known = current;
        }
        if (_loaded.ContainsKey(function.Library))
            return null;
        if (!TryLoad(function.Library, lists: false, out Dictionary<string, LuaValue>? functions, out string? error))
            return error;
        _loaded.Add(function.Library, functions!);
        return null;
    }

    private bool TryLoad(FunctionLibrary library, bool lists, out Dictionary<string, LuaValue>? functions, out string? error)
    {
        (functions, error) = (null, null);
        LuaChunk chunk;
        try
        {
            chunk = State.Compile("@user_function", library.Body);
        }
        catch (LuaException fault)
        {
            error = $"Error compiling function: {State.TextOf(fault.Value)}";
            return false;
        }
        (_library, _registered, _lists, _loadBegan) = (library, new Dictionary<string, LuaValue>(StringComparer.Ordinal), lists, Stopwatch.GetTimestamp());
        SetRunning(false);
        LuaOutcome outcome = State.Run(chunk);
        SetRunning(true);
        functions = _registered;
        (_library, _registered) = (null, null);
        if (outcome != LuaOutcome.Completed)
            error = $"Error registering functions: {ErrorText(outcome)}";
        return error is null;
    }

    private string ErrorText(LuaOutcome outcome)
    {
        if (outcome == LuaOutcome.Stopped)
            return IsLoadInTime() ? State.TextOf(State.ErrorValue) : "FUNCTION LOAD timeout";
        return State.ErrorValue is { IsTable: true, Object: LuaTable table } ? State.TextOf(State.GetField(table, "err")) : "ERR " + State.TextOf(State.ErrorValue);
    }

    private bool IsLoadInTime() => Stopwatch.GetElapsedTime(_loadBegan).TotalMilliseconds < LoadLimitMs;

    private void SetRunning(bool runs) => State.SetField(_globals, "__index", new LuaValue(runs ? _whileRunning : _whileLoading));

    private int Register(HostCall call)
    {
        if (_library is null)
            throw Refuse(call, "redis.register_function can only be called on FUNCTION LOAD command");
        Registration function = call.Count switch
        {
            1 => FromTable(call),
            2 => FromArguments(call),
            _ => throw Refuse(call, "wrong number of arguments to redis.register_function"),
        };
        if (!LibraryHeader.IsName(function.Name))
            throw Refuse(call, "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long");
        if (!_registered!.TryAdd(function.Name, function.Callback))
            throw Refuse(call, "Function already exists in the library");
        if (_lists)
            _library.Add(new LibraryFunction(_library, function.Name, function.Description, function.Flags));
        return call.ReturnNothing();
    }

    private static Registration FromArguments(HostCall call)
    {
        if (!IsText(call[0]))
            throw Refuse(call, "first argument to redis.register_function must be a string");
        if (call[1].Type != LuaType.Function)
            throw Refuse(call, "second argument to redis.register_function must be a function");
        return new Registration(call.State.TextOf(call[0]), null, call[1], ScriptFlags.None);
    }

    private static Registration FromTable(HostCall call)
    {
        if (!call[0].IsTable)
            throw Refuse(call, "calling redis.register_function with a single argument is only applicable to Lua table (representing named arguments).");
        LuaTable table = (LuaTable)call[0].Object!;
        (string? name, string? description, LuaValue callback, ScriptFlags flags) = (null, null, LuaValue.Nil, ScriptFlags.None);
        for (LuaValue key = LuaValue.Nil; call.State.Next(table, ref key, out LuaValue value);)
        {
            if (!IsText(key))
                throw Refuse(call, "named argument key given to redis.register_function is not a string");
            switch (call.State.TextOf(key).ToLowerInvariant())
            {
                case "function_name":
                    name = IsText(value) ? call.State.TextOf(value) : throw Refuse(call, "function_name argument given to redis.register_function must be a string");
                    break;
                case "description":
                    description = IsText(value) ? call.State.TextOf(value) : throw Refuse(call, "description argument given to redis.register_function must be a string");
                    break;
                case "callback":
                    callback = value.Type == LuaType.Function ? value : throw Refuse(call, "callback argument given to redis.register_function must be a function");
                    break;
                case "flags":
                    flags = ReadFlags(call, value);
                    break;
                default:
                    throw Refuse(call, "unknown argument given to redis.register_function");
            }
        }
        if (name is null)
            throw Refuse(call, "redis.register_function must get a function name argument");
        return callback.IsNil ? throw Refuse(call, "redis.register_function must get a callback argument") : new Registration(name, description, callback, flags);
    }

    private static ScriptFlags ReadFlags(HostCall call, LuaValue value)
    {
        if (!value.IsTable)
            throw Refuse(call, "flags argument to redis.register_function must be a table representing function flags");
        ScriptFlags flags = ScriptFlags.None;
        for (int i = 1; call.State.GetItem((LuaTable)value.Object!, i) is { IsNil: false } item; i++)
        {
            ScriptFlags flag = item.IsString ? ScriptFlagNames.Parse(item.Bytes) : ScriptFlags.None;
            flags |= flag != ScriptFlags.None ? flag : throw Refuse(call, "unknown flag given");
        }
        return flags;
    }

    // As Lua sees it.
    private static bool IsText(LuaValue value) => value.IsString || value.IsNumber;

    private static LuaException Refuse(HostCall call, string text) => HostCall.Raise(ScriptErrors.Of(call.State, text));

    private readonly record struct Registration(string Name, string? Description, LuaValue Callback, ScriptFlags Flags);
}
