using System.Runtime.InteropServices;
using Pkv.Engine.Execution.Bounds;
using Pkv.Engine.Table;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Execution.Clients;

/// <summary>
/// Commands queued since MULTI, as RESP in separate memory: they may wait for a long time, and the receive window must not
/// wait with them. Owner thread only.
/// </summary>
public sealed unsafe class Transaction : IDisposable
{
    private const int FirstCommands = 16, FirstBytes = 1024;

    private QueuedCommand* _commands;
    private int _commandCapacity;
    private byte* _buffer;
    private long _capacity;
    private long _length;

    /// <summary>A command could not be queued: EXEC will refuse.</summary>
    public bool IsBroken { get; set; }

    /// <summary>A command among those queued may need room: EXEC is refused where that command would be.</summary>
    public bool NeedsRoom { get; private set; }

    /// <summary>What a command among those queued may log depends on what its keys hold.</summary>
    public bool DependsOnKeys { get; private set; }

    /// <summary>All that is logged is commands over whole databases.</summary>
    public bool OnlyGlobals { get; private set; } = true;

    /// <summary>No command among those queued puts anything.</summary>
    public bool OnlyRemoves { get; private set; } = true;

    /// <summary>The most bytes that those log whose bound does not depend on keys.</summary>
    public long LogBytesMax { get; private set; }

    /// <summary>A command among those queued locks whole databases.</summary>
    public bool LocksEverything { get; private set; }

    /// <summary>A command among those queued may be the first to use a database that is not selected now.</summary>
    public bool UsesOtherDatabases { get; private set; }

    /// <summary>A command among those queued writes.</summary>
    public bool Writes { get; private set; }

    /// <summary>A SWAPDB is among those queued.</summary>
    public bool ExchangesDatabases { get; private set; }

    /// <summary>Commands queued.</summary>
    public int Count { get; private set; }

    /// <summary>What is queued, in order. Valid until the next <see cref="Queue"/>.</summary>
    public ReadOnlySpan<QueuedCommand> Commands => new(_commands, Count);

    /// <summary>A password is among what is queued: memory is wiped before it is given back.</summary>
    public bool HoldsSecrets { get; set; }

    /// <summary>Bytes queued.</summary>
    public long Bytes => _length;

    /// <summary>Copies a command's arguments behind the others, framed.</summary>
    /// <param name="binding">Of the command.</param>
    /// <param name="args">Its name first.</param>
    /// <param name="count">How many.</param>
    /// <param name="mayWrite">It may change something, or tell others something.</param>
    public void Queue(CommandBinding binding, Arg* args, int count, bool mayWrite)
    {
        CommandSpec spec = binding.Spec;
        Reserve(CommandBytes.Of(args, count));
        long start = _length;
        byte* p = CommandBytes.Write(_buffer + start, args, count);
        _length = p - _buffer;
        NeedsRoom |= spec.Flags.HasFlag(CommandFlags.DenyOom);
        LogBound bound = LogBounds.Of(spec);
        DependsOnKeys |= !LogBounds.IsOfArguments(bound);
        OnlyGlobals &= bound <= LogBound.Global;
        OnlyRemoves &= LogBounds.OnlyRemoves(spec);
        LogBytesMax += bound == LogBound.None ? 0 : LogBounds.MaxBytes(spec, _length - start, count);
        LocksEverything |= binding.Mode is LockMode.Self or LockMode.Everything;
        UsesOtherDatabases |= spec.Name is "select" or "swapdb" or "move" or "copy";
        Writes |= mayWrite;
        ExchangesDatabases |= spec.Name == "swapdb";
        _commands[Count++] = new QueuedCommand(spec.Index, start, _length - start);
    }

    /// <summary>The RESP of a queued command.</summary>
    public byte* BytesOf(QueuedCommand command) => _buffer + command.Offset;

    public void Dispose()
    {
        Release();
        GrowingMemory.Free(_commands, (long)_commandCapacity * sizeof(QueuedCommand));
        _buffer = null;
        _commands = null;
        _capacity = _length = _commandCapacity = Count = 0;
    }

    private void Reserve(long bytes)
    {
        if (Count == _commandCapacity)
        {
            int commands = Math.Max(FirstCommands, _commandCapacity * 2);
            _commands = (QueuedCommand*)GrowingMemory.Resize(_commands, (long)_commandCapacity * sizeof(QueuedCommand), (long)commands * sizeof(QueuedCommand));
            _commandCapacity = commands;
        }
        if (_length + bytes <= _capacity)
            return;
        long capacity = Math.Max(_length + bytes, Math.Max(FirstBytes, _capacity * 2));
        if (HoldsSecrets && _capacity < GrowingMemory.MappedBytes)
        {
            // Copied here, since who else moves it would leave the bytes behind.
            byte* grown = (byte*)GrowingMemory.Resize(null, 0, capacity);
            Buffer.MemoryCopy(_buffer, grown, capacity, _length);
            Release();
            _buffer = grown;
        }
        else
        {
            _buffer = (byte*)GrowingMemory.Resize(_buffer, _capacity, capacity);
        }
        _capacity = capacity;
    }

    private void Release()
    {
        if (HoldsSecrets && _buffer != null)
            NativeMemory.Clear(_buffer, (nuint)_length);
        GrowingMemory.Free(_buffer, _capacity);
    }
}

/// <summary>One queued command: its <see cref="CommandSpec.Index"/>, and where its RESP is in the queue.</summary>
public readonly record struct QueuedCommand(int Index, long Offset, long Bytes);
