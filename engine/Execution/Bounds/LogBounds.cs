using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;

namespace Pkv.Engine.Execution.Bounds;

/// <summary>
/// The table of <see cref="LogBound"/>. A command that writes and does not stand here counts as one that logs all that its keys hold,
/// which is never too little. tests/Commands/Transactions/LogBoundTests.cs runs every command against its bound.
/// </summary>
public static class LogBounds
{
    // What a command may log for each argument beyond its bytes.
    private const int ArgumentBytes = 2 * (CollectionRecord.ElementOverheadBytes + 32);

    private static readonly LogBound[] s_bounds = Build();

    /// <summary>What limits the bytes that a command logs.</summary>
    public static LogBound Of(CommandSpec spec) => s_bounds[spec.Index];

    /// <summary>Whether it follows from the arguments alone, whatever the keys hold.</summary>
    public static bool IsOfArguments(LogBound bound) => bound <= LogBound.ArgumentsTwice;

    /// <summary>Whether the command only removes: it may use the room that is kept for that.</summary>
    public static bool OnlyRemoves(CommandSpec spec) =>
        !spec.Flags.HasFlag(CommandFlags.DenyOom) && (IsOfArguments(Of(spec)) || Of(spec) is LogBound.Take or LogBound.Cut);

    /// <summary>What the command may log beyond its arguments: the digits of a long double, or what stands around a key.</summary>
    public static int ExtraBytes(CommandSpec spec) => spec.Name is "incrbyfloat" or "hincrbyfloat" ? 5400 : 256;

    private static LogBound[] Build()
    {
        LogBound[] bounds = new LogBound[CommandTable.IndexCount];
        foreach (CommandSpec spec in CommandTable.All)
            bounds[spec.Index] = spec.Flags.HasFlag(CommandFlags.Write) || spec.Name == "pfcount" ? OfName(spec.Name) : LogBound.None;
        return bounds;
    }

    private static LogBound OfName(string name) => name switch
    {
        "set" or "setnx" or "setex" or "psetex" or "mset" or "msetnx" or "getset" or "hset" or "hmset" or "hsetnx" or "sadd"
            or "lpush" or "rpush" or "lpushx" or "rpushx" => LogBound.Command,
        "incr" or "decr" or "incrby" or "decrby" or "incrbyfloat" or "hincrby" or "hincrbyfloat" or "zincrby" or "lset" or "geoadd"
            or "del" or "unlink" or "getdel" or "getex" or "expire" or "pexpire" or "expireat" or "pexpireat" or "persist"
            or "xdel" or "xtrim" or "xsetid" or "hdel" or "srem" or "zrem" or "lpop" or "rpop" or "lmpop" or "blpop" or "brpop" or "blmpop" or "ltrim" => LogBound.Arguments,
        "flushall" or "flushdb" or "swapdb" => LogBound.Global,
        "zadd" => LogBound.CommandOrArguments,
        "xadd" => LogBound.ArgumentsTwice,
        "smove" => LogBound.ArgumentsTwice,
        "rename" or "renamenx" or "copy" or "move" => LogBound.Copy,
        "bitop" => LogBound.Longest,
        "spop" or "zpopmin" or "zpopmax" or "zmpop" or "bzpopmin" or "bzpopmax" or "bzmpop"
            or "zremrangebyrank" or "zremrangebyscore" or "zremrangebylex" => LogBound.Take,
        "lrem" => LogBound.Cut,
        "lmove" or "rpoplpush" or "blmove" or "brpoplpush" => LogBound.Shift,
        "linsert" => LogBound.Insert,
        "append" or "setrange" or "setbit" or "bitfield" => LogBound.Rewrite,
        "pfadd" or "pfcount" or "pfmerge" or "pfdebug" => LogBound.HyperLogLog,
        "restore" => LogBound.Restore,
        _ => LogBound.Union,
    };

    /// <summary>The most that a command logs whose bound is its arguments, keys found expired included.</summary>
    public static long MaxBytes(CommandSpec spec, long commandBytes, int arguments) =>
        2 * commandBytes + (long)arguments * ArgumentBytes + ExtraBytes(spec);
}
