using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Groups;

/// <summary>Commands on keys of any type, and what connections do besides: transactions, databases.</summary>
public static class KeyShapes
{
    private const int ClockSeconds = 20;
    private const int KeysPastTheirTime = 12;

    private static readonly UnsortedRule _sorted = new();

    // Redis takes any number for out of range to SORT when the one that was read last, by whatever command, was: a cursor is read
    // with that forgotten.
    private static readonly string[] _forgetRange = ["SSCAN", "none", "0"];

    /// <summary>Keys and their times.</summary>
    public static ShapeGroup Keys { get; } = new("keys", 3,
    [
        new("DEL {key|bigkey}+"),
        new("UNLINK key+"),
        new("EXISTS key+"),
        new("TOUCH key+"),
        new("TYPE key"),
        new("EXPIRE key seconds {NX|XX|GT|LT|NONSENSE}*"),
        new("PEXPIRE key milliseconds {NX|XX|GT|LT}*"),
        new("EXPIREAT key unix-seconds {NX|XX|GT|LT}*"),
        new("PEXPIREAT key unix-milliseconds {NX|XX|GT|LT}*"),
        new("TTL key", new ClockRule(ClockSeconds)),
        new("PTTL key", new ClockRule(ClockSeconds * 1000)),
        new("EXPIRETIME key", new ClockRule(ClockSeconds)),
        new("PEXPIRETIME key", new ClockRule(ClockSeconds * 1000)),
        new("PERSIST key"),
        new("RENAME key key"),
        new("RENAMENX key key"),
        new("COPY key key {DB database|REPLACE}*"),
        new("COPY key key REPLACE"),
        new("MOVE key database"),
        new("OBJECT {FREQ|IDLETIME} key", ReplyRule.SameKind),
        new("OBJECT REFCOUNT key", ReplyRule.SameKind),
        new("OBJECT ENCODING key", new EncodingRule()),
        new("KEYS pattern", ReplyRule.AnyOrder),
        new("RANDOMKEY", new DrawnRule(["KEYS", "*"])),
        // Keys that are past their time may still be counted.
        new("DBSIZE", new ClockRule(KeysPastTheirTime)),
        new("SCAN 0 {MATCH pattern|COUNT scancount|TYPE typename}*", new WalkRule(1, pairs: false)) { MaySpoil = false },
        new("SCAN badcursor {MATCH pattern}?") { MaySpoil = false },
        new("DUMP key", ReplyRule.SameKind),
    ]);

    /// <summary>Payloads of DUMP, carried to other keys and to the other server.</summary>
    public static ShapeGroup Payloads { get; } = new("payloads", 1,
    [
        new("RESTORE key {0|milliseconds} ownpayload {REPLACE|ABSTTL|IDLETIME seconds|FREQ small}*", new RestoreRule()) { MaySpoil = false },
        new("RESTORE key 0 ownpayload REPLACE", new RestoreRule()) { MaySpoil = false },
        new("RESTORE key 0 otherpayload REPLACE", new RestoreRule()) { MaySpoil = false },
        new("RESTORE key milliseconds badpayload {REPLACE|ABSTTL|IDLETIME integer|FREQ integer|NONSENSE}*"),
    ]);

    /// <summary>SORT: of equal weights Redis lets the elements decide, but not when weights are words, nor when it need not sort.</summary>
    public static ShapeGroup Sorting { get; } = new("sorting", 1,
    [
        new("SORT sortkey {LIMIT offset small|GET getpattern|ASC|DESC|ALPHA|STORE key}*", _sorted) { Before = _forgetRange },
        new("SORT sortkey ALPHA {LIMIT offset small|GET getpattern|ASC|DESC|STORE key}*", _sorted) { Before = _forgetRange },
        new("SORT sortkey BY bypattern {LIMIT offset small|GET getpattern|ASC|DESC|STORE key}*", _sorted) { Before = _forgetRange },
        new("SORT sortkey BY bypattern ALPHA {GET getpattern|ASC|DESC}*", ReplyRule.AnyOrder) { Before = _forgetRange },
        new("SORT sortkey BY NOSORT {LIMIT offset small|GET getpattern|ASC|DESC|ALPHA}*", _sorted) { Before = _forgetRange },
        new("SORT sortkey BY NOSORT {LIMIT offset small|GET getpattern|ASC|DESC}* STORE key", _sorted) { Before = _forgetRange },
        new("SORT_RO sortkey {LIMIT offset small|GET getpattern|ASC|DESC|ALPHA}*", _sorted) { Before = _forgetRange },
        new("SORT_RO sortkey BY bypattern {LIMIT offset small|GET getpattern|ASC|DESC|NONSENSE}*", _sorted) { Before = _forgetRange },
        new("SET weightkey {integer|float|value}"),
        new("SET weightkey small"),
    ]);

    /// <summary>Transactions and databases.</summary>
    public static ShapeGroup Sessions { get; } = new("sessions", 1,
    [
        new("MULTI"),
        new("MULTI"),
        new("EXEC"),
        new("DISCARD"),
        new("WATCH key+"),
        new("UNWATCH"),
        new("SELECT database"),
        new("SELECT 0"),
        new("SELECT 0"),
        new("SWAPDB database database"),
        new("PING value?"),
        new("ECHO value"),
        new("NOSUCH value*"),
        new("OBJECT {NOSUCH|ENCODING} value?", ReplyRule.SameKind),
        new("FLUSHDB {ASYNC|SYNC|NONSENSE}?"),
        new("FLUSHALL {ASYNC|NONSENSE|ASYNC SYNC|SYNC ASYNC}"),
    ]);
}
