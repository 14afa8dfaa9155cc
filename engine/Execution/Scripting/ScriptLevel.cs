using System.Diagnostics;
using Pkv.Engine.Execution.Scripting.Functions;
using Pkv.Lua;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>
/// What one script runs with: its Lua state, the arguments of the command that it gives, the locks that it wants, and what is known of the run. One for each
/// depth of an I/O thread: a script that is suspended keeps its own. Owner thread only, but for what says otherwise.
/// </summary>
public sealed unsafe class ScriptLevel : IDisposable
{
    // Scripts that clients make up anew for each call are compiled anew; those that stay are not forgotten for them.
    private const int MaxChunks = 2000;

    private readonly Dictionary<Script, LuaChunk> _chunks = [];
    private readonly LuaToReply _scriptWriter;
    private FunctionState? _functions;

    // The command that runs the script.
    private ArgList? _asked;
    private byte* _scratch;
    private long _scratchBytes;
    private int _flushes;
    private long _run;
    private long _killedRun;

    internal ScriptLevel(CommandContext context)
    {
        Context = context;
        Stripes = new ScriptStripes(context);
        State = new LuaState(context.Engine.Scripts.Limits) { Interrupt = Interrupt };
        RedisLibrary.OpenLua(State);
        State.SetGlobal("redis", new LuaValue(RedisLibrary.Make(this, State)));
        State.ProtectGlobals();
        Active = State;
        Writer = new LuaToReply(State, context.Reply, Interrupt);
        _scriptWriter = Writer;
    }

    internal CommandContext Context { get; }

    /// <summary>Scripts run in it.</summary>
    internal LuaState State { get; }

    /// <summary>The state of what runs: <see cref="State"/>, or that of functions.</summary>
    internal LuaState Active { get; private set; }

    /// <summary>Replies with its values.</summary>
    internal LuaToReply Writer { get; private set; }

    /// <summary>Functions run in it.</summary>
    internal FunctionState Functions => _functions ??= new FunctionState(this, Interrupt);

    /// <summary>Bytes that functions hold. Any thread.</summary>
    internal long FunctionMemory => _functions?.State.MemoryUsed ?? 0;

    /// <summary>The arguments of the command that the script gives.</summary>
    internal ArgList Args { get; } = new();

    /// <summary>What it has locked, and may lock yet.</summary>
    internal ScriptStripes Stripes { get; }

    /// <summary>What runs; null between runs. Any thread.</summary>
    public Callable? Running { get; private set; }

    /// <summary>When it began, by <see cref="Stopwatch"/>. Any thread.</summary>
    public long Began { get; private set; }

    /// <inheritdoc cref="ScriptStripes.HasWritten"/>
    public bool HasWritten
    {
        get => Stripes.HasWritten;
        internal set => Stripes.HasWritten = value;
    }

    /// <summary>It runs for longer than busy-reply-threshold. Any thread.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>The command that runs it, for FUNCTION STATS. Any thread.</summary>
    public byte[][]? Command { get; private set; }

    /// <summary>It may not write.</summary>
    internal bool IsReadOnly { get; set; }

    /// <summary>It asked for replies in RESP3.</summary>
    internal bool Resp3 { get; set; }

    /// <summary>Memory was short when it began: until it has written, what needs room is refused.</summary>
    internal bool IsOutOfMemory { get; set; }

    /// <summary>Any of its commands noted a record.</summary>
    internal bool Recorded { get; set; }

    /// <summary>Error replies that its commands gave.</summary>
    internal long Errors { get; set; }

    /// <summary>How many of the command's arguments are keys.</summary>
    internal int KeyCount { get; set; }

    /// <summary>What runs, if it is a function.</summary>
    internal LibraryFunction? Function { get; set; }

    /// <summary>The script's code, if it is one.</summary>
    internal LuaChunk? Chunk { get; set; }

    /// <summary>What the script engine failed with; null as it should be.</summary>
    internal string? Fault { get; set; }

    /// <summary>Why the run was ended from outside.</summary>
    internal string StopText => Volatile.Read(ref _killedRun) != _run ? System.Text.Encoding.Latin1.GetString(Active.ErrorValue.Bytes) : KillText;

    /// <summary>What a script that was ended by SCRIPT KILL, or by FUNCTION KILL, is told.</summary>
    internal string KillText => Running!.IsFunction ? ScriptErrors.FunctionKilled : ScriptErrors.Killed;

    /// <summary>It was ended to be run again, and why.</summary>
    internal RestartReason Restart { get; set; }

    /// <summary>A command of it is running: an exception then is no fault of the script's.</summary>
    internal bool IsInCommand { get; set; }

    /// <summary>Asks the run that is under way to end. Any thread.</summary>
    public void Kill() => Volatile.Write(ref _killedRun, Volatile.Read(ref _run));

    internal void Begin(Callable what, bool isReadOnly)
    {
        Debug.Assert(Running is null, "a level runs one script at a time");
        Volatile.Write(ref _run, _run + 1);
        Stripes.HasActed = false;
        (IsReadOnly, Resp3, HasWritten, Recorded, Errors, Restart, IsBusy) = (isReadOnly, false, false, false, 0, RestartReason.None, false);
        Fault = null;
        _asked = Context.Args;
        (Active, Writer) = what.IsFunction ? (Functions.State, Functions.Writer) : (State, _scriptWriter);
        Began = Stopwatch.GetTimestamp();
        Running = what;
    }

    internal void End()
    {
        Running = null;
        Command = null;
        Context.Engine.Scripts.GiveTurn(this);
        if (IsBusy)
            Context.Engine.Scripts.CountBusy(-1);
        IsBusy = false;
        if (_scratchBytes > 1 << 20)
            FreeScratch();
    }

    /// <summary>It is about to write: nothing may make it wait for others that do so, too. False: another one may lock more now.</summary>
    internal bool TryBeginWriting() =>
        Context.Engine.Threads.Length == 1 || Context.Locks.HoldsAll || Running is Script { OnlyDeclared: true } || Context.Engine.Scripts.TryTakeTurn(this);

    /// <summary>A script, compiled for this level.</summary>
    /// <exception cref="LuaException">It does not compile.</exception>
    internal LuaChunk Compile(Script script)
    {
        if (_flushes != Context.Engine.Scripts.Cache.Flushes || _chunks.Count >= MaxChunks)
        {
            _chunks.Clear();
            _flushes = Context.Engine.Scripts.Cache.Flushes;
        }
        if (_chunks.TryGetValue(script, out LuaChunk? chunk))
            return chunk;
        chunk = State.Compile("@user_script", script.Source);
        _chunks.Add(script, chunk);
        return chunk;
    }

    /// <summary>Room for the bytes of a command. Its content is undefined.</summary>
    internal byte* Scratch(long bytes)
    {
        if (bytes > _scratchBytes)
        {
            FreeScratch();
            _scratchBytes = Math.Max(4096, bytes);
            _scratch = (byte*)GrowingMemory.Resize(null, 0, _scratchBytes);
        }
        return _scratch;
    }

    public void Dispose()
    {
        FreeScratch();
        Args.Dispose();
    }

    private void FreeScratch()
    {
        GrowingMemory.Free(_scratch, _scratchBytes);
        _scratch = null;
        _scratchBytes = 0;
    }

    // Called some 20,000 times a second while a script computes.
    private bool Interrupt()
    {
        if (!IsBusy && Stopwatch.GetElapsedTime(Began).TotalMilliseconds > Context.Engine.Options.BusyReplyThreshold)
        {
            IsBusy = true;
            Context.Engine.Scripts.CountBusy(1);
            Context.Engine.Log?.Invoke($"a script runs for longer than busy-reply-threshold ({Context.Engine.Options.BusyReplyThreshold} ms): {Running!.Name}");
        }
        if (Running is { IsFunction: true } && Command is null)
            Command = [.. Enumerable.Range(0, _asked!.Count).Select(i => ArgumentOf(_asked, i))];
        Context.Breathe();
        return !IsToEnd();
    }

    private static byte[] ArgumentOf(ArgList args, int index) => args.Items[index].Span.ToArray();

    // What it has written is whole only if it ends by itself.
    private bool IsToEnd() => !HasWritten && (Volatile.Read(ref _killedRun) == _run || Context.Thread.Host.IsStopping);
}

/// <summary>Why a script that has changed nothing yet is begun again.</summary>
internal enum RestartReason
{
    None,

    /// <summary>It needs stripes that others have.</summary>
    Stripes,

    /// <summary>It gave a command over whole databases.</summary>
    Everything,

    /// <summary>Another script may lock more stripes now.</summary>
    Turn,

    /// <summary>There is no room for what it writes first.</summary>
    Room,
}
