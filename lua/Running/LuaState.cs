using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pkv.Lua;

/// <summary>
/// One engine: globals, libraries and a thread that scripts run on, one at a time. Not thread-safe. Nothing a script does ends in a
/// crash: errors, limits and interrupts all come back as a <see cref="LuaOutcome"/>.
/// </summary>
public sealed class LuaState
{
    private const int KeptStack = 1024;

    private readonly Dictionary<string, LuaString> _names = [];
    private readonly Dictionary<LuaString, LuaString> _byBytes = new(LuaStringComparer.Instance);
    private readonly Dictionary<LuaString, LuaString>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;
    private readonly LuaString[] _bytes = new LuaString[256];
    private readonly LuaString[] _metaNames;
    private readonly ScriptMemory _memory;
    private readonly Stack<ByteBuilder> _builders = new();
    private bool _isRunning;

    /// <summary>Work left before the next <see cref="Interrupt"/>.</summary>
    internal long Fuel;

    internal int HostDepth;
    internal LuaThread Current;
    internal HostFunction? NextFunction, ItemFunction;

    // Before anything that compares with these values is compiled, so that they are constants in its machine code.
    static LuaState() => RuntimeHelpers.RunClassConstructor(typeof(Special).TypeHandle);

    public LuaState(LuaLimits? limits = null)
    {
        Limits = limits ?? new LuaLimits();
        _memory = new ScriptMemory(this);
        _bySpan = _byBytes.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (int i = 0; i < _bytes.Length; i++)
            _bytes[i] = new LuaString([(byte)i]);
        EmptyString = new LuaString([]);
        _metaNames = MetaNames.Intern(this);
        _ = Name("?");
        Globals = NewTable();
        MainThread = Current = new LuaThread(this, Globals) { Status = CoroutineStatus.Running };
        Fuel = Limits.FuelPerInterrupt;
    }

    public LuaLimits Limits { get; }

    /// <summary>The table of global variables.</summary>
    public LuaTable Globals { get; }

    /// <summary>Called whenever <see cref="LuaLimits.FuelPerInterrupt"/> units of work are done; false stops the run.</summary>
    public Func<bool>? Interrupt { get; set; }

    /// <summary>What pcall returns of an error that it has caught; null: the error's value itself.</summary>
    public Func<LuaValue, LuaValue>? Caught { get; set; }

    /// <summary>What a run ended with, unless it completed.</summary>
    public LuaValue ErrorValue { get; private set; } = LuaValue.Nil;

    /// <summary>The name of the chunk where the last run failed or was stopped, as it was given to <see cref="Compile"/>; null where no line is known.</summary>
    public string? ErrorSource { get; private set; }

    /// <summary>The line there.</summary>
    public int ErrorLine { get; private set; }

    /// <summary>Results of the last run, until <see cref="Reset"/>.</summary>
    public ReadOnlySpan<LuaValue> Results => MainThread.Stack.AsSpan(1, MainThread.Top - 1);

    /// <summary>Bytes that scripts hold, garbage since the last census included.</summary>
    public long MemoryUsed => _memory.Used;

    internal LuaThread MainThread { get; }

    internal LuaTable? StringMetatable { get; set; }

    internal LuaString EmptyString { get; }

    /// <summary>State of math.random.</summary>
    internal RandomNumbers Random { get; } = new();

    internal ScriptMemory Memory => _memory;

    /// <summary>A stop that came where exceptions cannot pass: raised again by the protected call that was reached.</summary>
    internal LuaStopException? PendingStop { get; set; }

    /// <summary>The methods of strings, where they are a table.</summary>
    internal LuaTable? StringMethods => StringMetatable is null ? null : StringMetatable.FindString(_metaNames[(int)MetaEvent.Index]).Ref as LuaTable;

    /// <summary>Compiles a chunk. Its name is as in Lua: "@file", "=name", or the source itself. Between runs it forgets the last run's values.</summary>
    /// <exception cref="LuaException">A syntax error; its value is the message.</exception>
    public LuaChunk Compile(string name, ReadOnlyMemory<byte> source)
    {
        if (!_isRunning)
            Reset();
        try
        {
            return new LuaChunk(Load(String(name), source, Globals));
        }
        catch (LuaStopException stop)
        {
            throw new LuaException(new LuaValue(String(stop.Message)));
        }
    }

    // The calls of the error are still there. An error of a host's function is its caller's.
    private void NoteErrorPlace()
    {
        LuaThread thread = Current;
        int at = thread.FrameIndex;
        if (at > 0 && thread.ClosureOf(thread.FrameAt(at)) is null)
            at--;
        if (at <= 0 || thread.ClosureOf(thread.FrameAt(at)) is not { } closure)
            return;
        ErrorSource = closure.Prototype.Source.ToString();
        ErrorLine = closure.Prototype.Lines[Math.Max(thread.FrameAt(at).Pc - 1, 0)];
    }

    internal LuaClosure Load(LuaString name, ReadOnlyMemory<byte> source, LuaTable environment)
    {
        Prototype prototype = Parser.Compile(this, name, source);
        return new LuaClosure(prototype, environment);
    }

    /// <summary>Runs a chunk from its start. Values of the run before are forgotten.</summary>
    public LuaOutcome Run(LuaChunk chunk, params ReadOnlySpan<LuaValue> arguments)
    {
        chunk.Closure.Environment = Globals;
        return Run(new LuaValue(chunk.Closure), arguments);
    }

    /// <summary>Calls a function that a chunk has left somewhere. Values of the run before are forgotten.</summary>
    public LuaOutcome Run(LuaValue function, params ReadOnlySpan<LuaValue> arguments)
    {
        if (_isRunning)
            throw new InvalidOperationException("a state runs one chunk at a time");
        Reset();
        LuaThread thread = MainThread;
        _isRunning = true;
        try
        {
            thread.Push(function);
            foreach (LuaValue argument in arguments)
                thread.Push(argument);
            thread.Call(1, -1);
            return LuaOutcome.Completed;
        }
        catch (LuaException error)
        {
            ErrorValue = error.Value;
            NoteErrorPlace();
            return LuaOutcome.Failed;
        }
        catch (LuaStopException stop)
        {
            ErrorValue = new LuaValue(new LuaString(Encoding.Latin1.GetBytes(stop.Message)));
            NoteErrorPlace();
            return LuaOutcome.Stopped;
        }
        finally
        {
            _isRunning = false;
            Current = thread;
            HostDepth = 0;
        }
    }

    /// <summary>Forgets the values of the last run. <see cref="Run"/> does so itself before it begins.</summary>
    public void Reset()
    {
        MainThread.Reset(KeptStack);
        MainThread.Globals = Globals;
        MainThread.Status = CoroutineStatus.Running;
        PendingStop = null;
        ErrorValue = LuaValue.Nil;
        ErrorSource = null;
        ErrorLine = 0;
        Current = MainThread;
        HostDepth = 0;
        _memory.Reset();
        Fuel = Limits.FuelPerInterrupt;
    }

    /// <summary>
    /// Goes on to the pair after a key, or with nil to the first. False: there is none, or no such key.
    /// </summary>
    public bool Next(LuaTable table, ref LuaValue key, out LuaValue value) => table.Next(ref key, out value) > 0;

    /// <summary>Makes the globals and all they lead to read-only, and the reading of a global that is not there an error, as Redis does.</summary>
    public void ProtectGlobals()
    {
        Protection.MakeStrict(this, Globals);
        Protection.Protect(this, Globals);
    }

    /// <summary>Makes the globals, other tables, and all that they lead to read-only.</summary>
    public void Protect(params ReadOnlySpan<LuaTable> others) => Protection.Protect(this, [Globals, .. others]);

    /// <summary>Makes the reading of a field that a table does not have an error, in the words for globals.</summary>
    public void MakeStrict(LuaTable table) => Protection.MakeStrict(this, table);

    /// <summary>Has the globals be looked for in another table. Returns the metatable, whose "__index" is that table.</summary>
    public LuaTable LookForGlobalsIn(LuaTable table)
    {
        LuaTable metatable = NewTable();
        SetField(metatable, "__index", new LuaValue(table));
        Globals.Metatable = metatable;
        return metatable;
    }

    /// <summary>Moves all global variables into a table, past any protection.</summary>
    public LuaTable TakeGlobals()
    {
        LuaTable taken = NewTable();
        for (LuaValue key = LuaValue.Nil; Next(Globals, ref key, out LuaValue value);)
            taken.Place(in key) = value;
        for (LuaValue key = LuaValue.Nil; Next(taken, ref key, out _);)
            Globals.Place(in key) = LuaValue.Nil;
        return taken;
    }

    /// <summary>Makes a host function; it is reachable once it is put into a table.</summary>
    public HostFunction Function(string name, HostBody body) => new(name, body);

    /// <summary>Sets a global variable, past any protection.</summary>
    public void SetGlobal(string name, LuaValue value) => Globals.SetField(Name(name), value);

    /// <summary>Sets a field of a table, past metamethods and protection.</summary>
    public void SetField(LuaTable table, string name, LuaValue value) => table.SetField(Name(name), value);

    /// <summary>A field of a table, without metamethods.</summary>
    public LuaValue GetField(LuaTable table, string name) => table.FindString(Name(name));

    /// <summary>Puts an item at an index of a table, without metamethods.</summary>
    public void SetItem(LuaTable table, int index, LuaValue value) => table.PlaceIndex(index) = value;

    /// <summary>The item at an index of a table, without metamethods.</summary>
    public LuaValue GetItem(LuaTable table, int index) => table.FindIndex(index);

    /// <summary>Sets what a table holds under a key, without metamethods. The key is neither nil nor NaN.</summary>
    public void Set(LuaTable table, LuaValue key, LuaValue value) => table.Place(in key) = value;

    /// <summary>What a table holds under a key, without metamethods.</summary>
    public LuaValue Get(LuaTable table, LuaValue key) => table.Find(in key);

    public LuaTable NewTable(int items = 0, int fields = 0)
    {
        Charge(LuaTable.Cost);
        return new LuaTable(this, items, fields);
    }

    /// <summary>A string of these bytes, copied.</summary>
    public LuaString String(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= 1)
            return bytes.Length == 0 ? EmptyString : _bytes[bytes[0]];
        Charge(LuaString.Overhead + bytes.Length);
        return new LuaString(bytes.ToArray());
    }

    /// <summary>A string of this text, one byte for each character up to 255.</summary>
    public LuaString String(string text) => String(Encoding.Latin1.GetBytes(text));

    /// <summary>A string that takes over an array, which nobody writes any more.</summary>
    public LuaString Adopt(byte[] bytes)
    {
        Charge(LuaString.Overhead + bytes.Length);
        return new LuaString(bytes);
    }

    /// <summary>An array for <see cref="Wrap"/>, counted as the script's before it is there.</summary>
    public byte[] NewBytes(int length)
    {
        Charge(LuaString.Overhead + length);
        return GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>A string that takes over what <see cref="NewBytes"/> gave, once it is filled.</summary>
    public LuaString Wrap(byte[] bytes) => new(bytes);

    /// <summary>A string's or a number's text, "nil", "true", "false", or the name of another type, one character for each byte.</summary>
    public string TextOf(LuaValue value) => value.Type switch
    {
        LuaType.String => Encoding.Latin1.GetString(value.Bytes),
        LuaType.Number => NumberString(value.Number).ToString(),
        LuaType.Boolean => value.IsTrue ? "true" : "false",
        _ => LuaTypeNames.Of(value.Type),
    };

    internal LuaString NumberString(double number)
    {
        Span<byte> text = stackalloc byte[NumberWriter.MaxLength];
        return String(text[..NumberWriter.WriteShort(number, text)]);
    }

    /// <summary>An empty builder; functions that call Lua meanwhile may each need one.</summary>
    internal ByteBuilder BorrowBuilder() => _builders.TryPop(out ByteBuilder? builder) ? builder : new ByteBuilder();

    internal void ReturnBuilder(ByteBuilder builder)
    {
        builder.Trim();
        _builders.Push(builder);
    }

    /// <summary>One string of strings and numbers.</summary>
    internal LuaString Join(ReadOnlySpan<LuaValue> parts)
    {
        Span<byte> digits = stackalloc byte[NumberWriter.MaxLength];
        long total = 0;
        foreach (ref readonly LuaValue part in parts)
            total += part.Ref is LuaString s ? s.Length : NumberWriter.WriteShort(part.Num, digits);
        Charge(LuaString.Overhead + total);
        Fuel -= total >> 6;
        byte[] joined = new byte[total];
        int at = 0;
        foreach (ref readonly LuaValue part in parts)
        {
            if (part.Ref is LuaString s)
            {
                s.Bytes.CopyTo(joined.AsSpan(at));
                at += s.Length;
            }
            else
                at += NumberWriter.WriteShort(part.Num, joined.AsSpan(at));
        }
        return new LuaString(joined);
    }

    /// <summary>The one string of a name that libraries, hosts and chunks share. Names are kept for good.</summary>
    internal LuaString Name(string text)
    {
        if (_names.TryGetValue(text, out LuaString? known))
            return known;
        LuaString made = new(Encoding.Latin1.GetBytes(text));
        _ = made.Hash;
        _names.Add(text, made);
        _byBytes.Add(made, made);
        return made;
    }

    internal bool TryGetName(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out LuaString? name) => _bySpan.TryGetValue(bytes, out name);

    /// <summary>Counts bytes that are about to be allocated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Charge(long bytes) => _memory.Charge(bytes);

    /// <summary>Asks the host whether to go on.</summary>
    internal void FuelSpent()
    {
        Fuel = Limits.FuelPerInterrupt;
        if (Interrupt is not null && !Interrupt())
            throw new LuaStopException("script interrupted");
    }

    /// <summary>Counts work within a host function, which may be stopped here.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Spend(long work)
    {
        Fuel -= work;
        if (Fuel < 0)
            FuelSpent();
    }

    /// <summary>An error of the language, with the position of the running function if it is Lua's.</summary>
    internal LuaException Error(string message, bool isPositioned = true) =>
        isPositioned ? ErrorAt(Current, 0, message) : new LuaException(new LuaValue(String(message)));

    internal LuaException ErrorAt(LuaThread thread, int level, string message) =>
        new(new LuaValue(String(CallLevels.Where(thread, level) + message)));

    internal LuaTable? MetatableOf(ref readonly LuaValue value) => value.Ref switch
    {
        LuaTable table => table.Metatable,
        LuaString => StringMetatable,
        Userdata userdata => userdata.Metatable,
        _ => null,
    };

    internal LuaValue Metamethod(ref readonly LuaValue value, MetaEvent kind)
    {
        LuaTable? metatable = MetatableOf(in value);
        return metatable is null ? LuaValue.Nil : metatable.FindString(_metaNames[(int)kind]);
    }

    /// <summary>A metamethod of the first few, whose absence a metatable remembers.</summary>
    internal LuaValue Cached(LuaTable metatable, MetaEvent kind)
    {
        if ((metatable.AbsentEvents & (1 << (int)kind)) != 0)
            return LuaValue.Nil;
        LuaValue found = metatable.FindString(_metaNames[(int)kind]);
        if (found.IsNil)
            metatable.AbsentEvents |= (byte)(1 << (int)kind);
        return found;
    }

    /// <summary>The place of a key in a table for writing.</summary>
    internal ref LuaValue PlaceFor(LuaTable table, scoped ref readonly LuaValue key)
    {
        if (table.IsReadOnly)
            throw Error("Attempt to modify a readonly table");
        if (key.Ref is null && double.IsNaN(key.Num))
            throw Error("table index is NaN");
        if (key.IsNil)
            throw Error("table index is nil");
        return ref table.Place(in key);
    }
}
