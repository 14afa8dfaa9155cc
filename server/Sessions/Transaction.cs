using System.Runtime.InteropServices;
using Pkv.Resp;
using Pkv.Server.Commands.Table;
using Pkv.Server.Execution.Bounds;

namespace Pkv.Server.Sessions;

/// <summary>
/// Commands queued since MULTI, as RESP in memory of their own: they may wait for long, and the receive window
/// must not wait with them. Owner thread only.
/// </summary>
public sealed unsafe class Transaction : IDisposable
{
    private readonly List<QueuedCommand> _commands = [];
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

    public IReadOnlyList<QueuedCommand> Commands => _commands;

    /// <summary>A password is among what is queued: memory is wiped before it is given back.</summary>
    public bool HoldsSecrets { get; set; }

    /// <summary>Bytes queued.</summary>
    public long Bytes => _length;

    /// <summary>Copies a command's arguments behind the others, framed.</summary>
    public void Queue(CommandSpec spec, Arg* args, int count)
    {
        Reserve(CommandBytes.Of(args, count));
        long start = _length;
        byte* p = CommandBytes.Write(_buffer + start, args, count);
        _length = p - _buffer;
        NeedsRoom |= spec.Flags.HasFlag(CommandFlags.DenyOom);
        LogBound bound = LogBounds.Of(spec);
        DependsOnKeys |= !LogBounds.IsOfArguments(bound);
        OnlyGlobals &= bound <= LogBound.Global;
        OnlyRemoves &= LogBounds.OnlyRemoves(spec);
        LogBytesMax += bound == LogBound.None ? 0 : TransactionPlan.MaxBytes(spec, _length - start, count);
        _commands.Add(new QueuedCommand(spec, start, _length - start));
    }

    /// <summary>The RESP of a queued command.</summary>
    public byte* BytesOf(QueuedCommand command) => _buffer + command.Offset;

    public void Dispose()
    {
        Release();
        _buffer = null;
    }

    private void Reserve(long bytes)
    {
        if (_length + bytes <= _capacity)
            return;
        _capacity = Math.Max(_length + bytes, Math.Max(1024, _capacity * 2));
        byte* grown = (byte*)NativeMemory.Alloc((nuint)_capacity);
        Buffer.MemoryCopy(_buffer, grown, _capacity, _length);
        Release();
        _buffer = grown;
    }

    private void Release()
    {
        if (HoldsSecrets && _buffer != null)
            NativeMemory.Clear(_buffer, (nuint)_length);
        NativeMemory.Free(_buffer);
    }
}

/// <summary>One queued command: what it is and where its RESP lies in the queue.</summary>
public readonly record struct QueuedCommand(CommandSpec Spec, long Offset, long Bytes);
