using Pkv.Engine.Table;
using Pkv.Lua;
using Pkv.Resp;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>redis.call and redis.pcall: runs a command for a script, and gives it the reply. One for each <see cref="ScriptLevel"/>.</summary>
internal sealed unsafe class CommandCall(ScriptLevel level)
{
    // Redis writes a number so that it is read back exactly.
    private const int ExactDigits = 17;
    private const double ExactIntegers = 1e17;

    private readonly CommandContext _context = level.Context;
    private long _commandBytes;

    /// <summary>The body of both functions.</summary>
    /// <param name="call">Its arguments are the command.</param>
    /// <param name="raises">An error reply is raised; else it is returned.</param>
    public int Invoke(HostCall call, bool raises)
    {
        LuaState state = call.State;
        string? refusal = ReadCommand(call);
        LuaValue result = refusal is null ? Run(state, out bool isError) : Refused(state, refusal, out isError);
        if (isError && raises)
            throw HostCall.Raise(result);
        return call.Return(result);
    }

    private static LuaValue Refused(LuaState state, string text, out bool isError)
    {
        isError = true;
        return ScriptErrors.Of(state, text);
    }

    // Writes the arguments as a command into the level's memory. Returns what is wrong with them, or null.
    private string? ReadCommand(HostCall call)
    {
        int count = call.Count;
        if (count == 0)
            return "Please specify at least one argument for this redis lib call";
        long bytes = 32;
        for (int i = 0; i < count; i++)
        {
            LuaValue value = call[i];
            if (!value.IsString && !value.IsNumber)
                return "Lua redis lib command arguments must be strings or integers";
            bytes += BulkString.BulkBytes(value.IsString ? value.Bytes.Length : LuaValue.MaxNumberBytes);
        }
        byte* start = level.Scratch(bytes), p = RespLine.Write(start, (byte)'*', count);
        Span<byte> digits = stackalloc byte[LuaValue.MaxNumberBytes];
        level.Args.Reset();
        for (int i = 0; i < count; i++)
        {
            LuaValue value = call[i];
            ReadOnlySpan<byte> text = value.IsString ? value.Bytes : digits[..WriteNumber(value.Number, digits)];
            p = BulkString.WriteBulk(p, text);
            level.Args.Add(p - 2 - text.Length, text.Length, framed: true);
        }
        _commandBytes = p - start;
        return null;
    }

    private static int WriteNumber(double number, Span<byte> to)
    {
        if (number is > -ExactIntegers and < ExactIntegers && number == Math.Floor(number) && (number != 0 || !double.IsNegative(number)))
        {
            System.Buffers.Text.Utf8Formatter.TryFormat((long)number, to, out int written);
            return written;
        }
        return LuaValue.WriteNumber(number, ExactDigits, to);
    }

    private LuaValue Run(LuaState state, out bool isError)
    {
        _context.Args = level.Args;
        if (Resolve(out string? refusal) is not { } binding || (refusal = Refusal(binding)) is not null)
        {
            _context.Reply.Errors.Count(System.Text.Encoding.Latin1.GetBytes(ErrorCodeOf(refusal!)));
            level.Errors++;
            LuaValue error = Refused(state, refusal!, out isError);
            ScriptErrors.MarkCounted(state, (LuaTable)error.Object!);
            return error;
        }
        bool writes = binding.IsWrite;
        if (binding.ChangesAnything && !level.Stripes.HasActed && !level.TryBeginWriting())
            throw Begin(RestartReason.Turn);
        _context.Recorder.Begin(level.Scratch(0), _commandBytes, null);
        _context.Reply.Resp3 = level.Resp3;
        _context.BeginReply();
        int start = _context.Reply.Output.Length, slice = _context.Reply.Output.SliceCount;
        long errors = _context.Reply.ErrorCount;
        RunLocked(binding);
        level.Errors += _context.Reply.ErrorCount - errors;
        level.Recorded |= _context.Recorder.Wrote;
        level.HasWritten |= writes && _context.Recorder.Wrote;
        level.Stripes.HasActed |= level.HasWritten || (binding.ChangesAnything && !writes);
        if (_context.Room.IsShort)
            throw Begin(RestartReason.Room);
        if (_context.Reply.Output.Overflowed)
            throw HostCall.Stop("a reply passes 2 GiB");
        return ReadReply(state, start, slice, out isError);
    }

    private LuaValue ReadReply(LuaState state, int start, int slice, out bool isError)
    {
        try
        {
            ReplyCursor reply = new(_context.Reply.Output, start, slice);
            LuaValue value = ReplyToLua.Read(state, ref reply, out isError);
            if (isError)
                ScriptErrors.MarkCounted(state, (LuaTable)value.Object!);
            return value;
        }
        finally
        {
            _context.Reply.Output.Truncate(start, slice);
        }
    }

    private void RunLocked(CommandBinding binding)
    {
        bool overAll = binding.Mode is LockMode.Self or LockMode.Everything;
        if (overAll && !_context.Locks.HoldsAll)
        {
            if (!level.Stripes.HasActed)
                throw Begin(RestartReason.Everything);
            level.Stripes.ExtendToEverything();
        }
        level.IsInCommand = true;
        while (!_context.Thread.Runner.Run(binding))
        {
            if (!level.Stripes.TryExtend(binding.Spec, mayRestart: !level.Stripes.HasActed))
            {
                level.IsInCommand = false;
                throw Begin(RestartReason.Stripes);
            }
        }
        level.IsInCommand = false;
    }

    // The script has changed nothing: it ends here, and runs again.
    private Exception Begin(RestartReason reason)
    {
        level.Restart = reason;
        return HostCall.Stop("begun again");
    }

    private CommandBinding? Resolve(out string? refusal)
    {
        ArgList args = level.Args;
        CommandSpec? spec = _context.Engine.Names.Find(args.Items[0].Span);
        if (spec is { IsContainer: true } && args.Count > 1)
            spec = CommandTable.FindSub(spec, args.Items[1].Span);
        CommandBinding? binding = spec is null ? null : _context.Engine.Bindings[spec.Index];
        refusal = spec is null || (binding is null && !spec.IsContainer) ? "Unknown Redis command called from script"
            : binding is null || !spec.AcceptsCount(args.Count) ? "Wrong number of args calling Redis command from script"
            : null;
        return refusal is null ? binding : null;
    }

    private string? Refusal(CommandBinding binding)
    {
        if (binding.Spec.Flags.HasFlag(CommandFlags.NoScript))
            return "This Redis command is not allowed from script";
        if (binding.ChangesAnything && level.IsReadOnly)
            return "Write commands are not allowed from read-only scripts.";
        if (binding.IsWrite && _context.Engine.WriteError is { } error)
            return "-" + System.Text.Encoding.Latin1.GetString(error);
        if (binding.DenyOom && level.IsOutOfMemory && !level.HasWritten)
            return "-OOM command not allowed when used memory > 'maxmemory'.";
        return null;
    }

    private static string ErrorCodeOf(string refusal) => refusal.StartsWith('-') ? refusal[1..] : "ERR " + refusal;
}
