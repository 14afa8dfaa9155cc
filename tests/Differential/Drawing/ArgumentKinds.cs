using System.Globalization;
using Pkv.Tests.Differential.Replies;

namespace Pkv.Tests.Differential.Drawing;

/// <summary>
/// The kinds of arguments that shapes name, besides keys. Drawn to collide: few names, numbers at the edges, empty and
/// binary strings. Times are far away or long past, so that two servers whose clocks differ by moments answer alike, and
/// nothing asks for hundreds of megabytes.
/// </summary>
public static class ArgumentKinds
{
    private const string AllBytes = "\r\n\u00ff$3\r\nabc\0";
    private const int WideNames = 300;

    // No two elements or values that differ only behind a zero byte, for sets and lists are given both: Redis's alphabetical SORT calls
    // those equal and orders them as it likes.
    private static readonly string[] _elements =
        ["", "a", "b", "c", "abc", "Abc", AllBytes, "1", "2", "3", "10", "-5", "1.5", "9223372036854775807", "-9223372036854775808", "007", new('e', 64), new('e', 65), new('f', 300)];

    private static readonly string[] _values = ["", "a", "abc", "aXbYc", "hello world", "ohmytext", "mynewtext", "\u0001\0" + AllBytes, "OK", "nil"];
    private static readonly string[] _patterns = ["*", "a*", "?", "[a-c]*", "[^a]*", "h[12]", "*1", "m:1*", "", "*\r*", "\\*", "[", "w:?[0-9]", "A*", "**", "k*\u0080"];
    private static readonly string[] _words =
    [
        "NX", "XX", "EX", "PX", "GET", "KEEPTTL", "PERSIST", "LEN", "IDX", "nx\0", "ex", "COUNT", "LIMIT", "MATCH", "WITHSCORES", "WITHVALUES", "STORE", "BY",
        "DESC", "REV", "BYSCORE", "LEFT", "GT", "CH", "INCR", "WEIGHTS", "AGGREGATE", "REPLACE", "ABSTTL", "BEFORE", "BIT", "OVERFLOW",
    ];

    private static readonly string[] _badTimes = ["0", "-1", "9223372036854775807", "9223372036854776", "9223372036854775", "-9223372036854775808"];

    private static readonly Dictionary<string, Func<Random, string>> _kinds = new(KeyPools.Kinds)
    {
        ["value"] = random => random.Next(10) switch
        {
            0 or 1 => Pick(random, NumberWords.Integers),
            2 => Pick(random, NumberWords.Floats),
            3 => Letters(random, "ab", 30),
            4 => Letters(random, "0123456789", 19),
            5 => Pick(random, random.Next(2) == 0 ? NumberWords.BadIntegers : NumberWords.BadFloats),
            _ => Pick(random, _values),
        },
        ["bigvalue"] = random => Letters(random, "xyz", random.Next(3) == 0 ? 300 : 40_000),
        ["bits"] = random => Letters(random, "\0\u0001\u0080\u00ff\u0055a", random.Next(4) == 0 ? 200 : 10),
        ["element"] = random => random.Next(6) == 0 ? Int(random, -20, 20) : Pick(random, _elements),
        ["field"] = random => random.Next(4) == 0 ? Pick(random, _elements) : $"f{random.Next(8)}",
        ["wide"] = random => $"w:{random.Next(WideNames)}",
        ["wideinteger"] = random => Int(random, -WideNames, WideNames),
        ["distinct"] = random => Int(random, 0, 1_000_000),
        // Headers that are right, wrong, or right before registers that are not.
        ["hllvalue"] = random => Pick(random, ["HYLL", "HYLL\u0001" + new string('\0', 11), "HYLL\0" + new string('\0', 11), "HYLL\u0002" + new string('\0', 20), "HYLL\u0001" + new string('\0', 11) + "\u007f\u00ff", "HYLL\u0001" + new string('\0', 10) + "\u0080\u0084\u0085"]),
        // Mostly small, and some of the largest that there are, which nothing comes behind.
        ["streamid"] = random => random.Next(20) switch
        {
            0 => Pick(random, ["-", "+", "", "x", "5-", "-5", "1-2-3", "0-0", "0", " 7", "+7-1", "007-01", "18446744073709551616", "1-18446744073709551616", "5-*x"]),
            1 => Pick(random, ["18446744073709551615-1", "17592186044414-1048575", "17592186044415-3", "17592186044415-1", "1-1048575", "1-1048574", "2-1048576", "18446744073709551614"]),
            2 => Int(random, 0, 300),
            _ => $"{random.Next(300)}-{random.Next(3)}",
        },
        ["nextid"] = random => random.Next(4) switch { 0 => $"{random.Next(20)}-*", 1 => $"{random.Next(300)}-*", 2 => $"{random.Next(1 << random.Next(1, 9))}", _ => $"{random.Next(1 << random.Next(1, 9))}-{random.Next(2)}" },
        ["idsign"] = random => Pick(random, ["$", "$", "$", "+", ">"]),
        ["about"] = random => Pick(random, ["~", "~", "="]),
        ["idbound"] = random => random.Next(5) switch { 0 => "-", 1 => "+", 2 => "(" + ArgumentKinds.Draw("streamid", random), _ => ArgumentKinds.Draw("streamid", random) },
        ["longitude"] = random => random.Next(15) == 0 ? Pick(random, ["180", "-180", "180.0001", "-181", "inf", "nan", "", "x", "0x10", "1e308"])
            : random.Next(3) == 0 ? Degrees(random, -180, 180) : random.Next(2) == 0 ? Degrees(random, 12, 13) : Pick(random, ["12.5", "12.4", "13.361389"]),
        ["latitude"] = random => random.Next(15) == 0 ? Pick(random, ["85.05112878", "-85.05112878", "85.06", "-90", "inf", "x", "200.0078125"])
            : random.Next(3) == 0 ? Degrees(random, -85, 85) : random.Next(2) == 0 ? Degrees(random, 37, 38) : Pick(random, ["37.5", "37.4", "38.115556"]),
        ["distance"] = random => random.Next(10) == 0 ? Pick(random, ["-1", "x", "inf", "1e400", "-0"]) : Pick(random, ["0", "1", "10", "100.5", "5000", "20000", "100000", "1e6", "3e7"]),
        ["unit"] = random => random.Next(15) == 0 ? Pick(random, ["KM", "Mi", "x", ""]) : Pick(random, ["m", "km", "ft", "mi"]),
        ["integer"] = random => random.Next(5) == 0 ? Pick(random, NumberWords.BadIntegers)
            : random.Next(3) == 0 ? Int(random, -1000, 1000) : Pick(random, NumberWords.Integers),
        ["float"] = random => random.Next(5) switch
        {
            0 => Pick(random, NumberWords.BadFloats),
            1 => Pick(random, NumberWords.Integers),
            2 => NumberWords.Double(random),
            3 => $"{random.Next(-1000, 1000)}.{random.Next(0, 1000)}",
            _ => Pick(random, NumberWords.Floats),
        },
        ["digits"] = random => Letters(random, "0123456789", 25) + (random.Next(2) == 0 ? "." : "") + Letters(random, "0123456789", 25)
            + (random.Next(3) == 0 ? $"e{random.Next(-60, 60)}" : ""),
        ["score"] = NumberWords.Score,
        ["tiny"] = random => Pick(random, ["5e-324", "-5e-324", "4.9e-324", "1e-310", "2.2250738585072009e-308", "1e-323"]),
        ["scorebound"] = random => random.Next(6) switch
        {
            0 => random.Next(2) == 0 ? "-inf" : "+inf",
            1 or 2 => "(" + NumberWords.Score(random),
            _ => NumberWords.Score(random),
        },
        ["lexbound"] = random => random.Next(8) switch
        {
            0 => "-",
            1 => "+",
            2 => Pick(random, ["", "a", "-a", "+1", " [a", "[", "("]),
            _ => (random.Next(2) == 0 ? "[" : "(") + (random.Next(3) == 0 ? $"w:{random.Next(WideNames)}" : Pick(random, _elements)),
        },
        ["offset"] = random => random.Next(12) switch { 0 => Pick(random, NumberWords.BadIntegers), 1 => Pick(random, NumberWords.HugeOffsets), _ => Pick(random, NumberWords.Offsets) },
        // Never one that would make half a gigabyte.
        ["setoffset"] = random => random.Next(12) switch { 0 => Pick(random, NumberWords.BadIntegers), 1 => Pick(random, NumberWords.HugeOffsets[1..]), _ => Pick(random, NumberWords.Offsets) },
        ["bigoffset"] = random => Pick(random, NumberWords.BigOffsets),
        ["bitoffset"] = random => random.Next(12) switch
        {
            0 => Pick(random, NumberWords.BadIntegers),
            1 => Pick(random, ["-1", "4294967296", "34359738368", "9223372036854775807", "-9223372036854775808"]),
            2 => Int(random, 0, 20_000),
            _ => Int(random, 0, 80),
        },
        ["bigbitoffset"] = random => Int(random, 0, random.Next(2) == 0 ? 20_000 : 600_000),
        ["bigbitat"] = random => (random.Next(3) == 0 ? "#" : "") + Int(random, 0, 10_000),
        ["bit"] = random => random.Next(12) == 0 ? Pick(random, ["2", "-1", "x", "", "01", "4294967296"]) : Int(random, 0, 2),
        ["bittype"] = random => random.Next(10) == 0 ? Pick(random, ["u64", "i65", "u0", "i0", "u", "x8", "", "i-1", "u08", "8", "U8"])
            : Pick(random, ["u1", "i1", "u2", "i5", "u7", "u8", "i8", "u16", "i16", "u31", "i32", "u32", "i63", "u63", "i64"]),
        ["bitat"] = random => random.Next(10) == 0 ? Pick(random, ["-1", "#-1", "#", "", "x", "#x", "9223372036854775807", "#9223372036854775807", "4294967296", "#4294967296"])
            : (random.Next(3) == 0 ? "#" : "") + Int(random, 0, 70),
        ["small"] = random => random.Next(8) == 0 ? Pick(random, NumberWords.BadIntegers) : Int(random, -1, 6),
        ["count"] = random => random.Next(8) switch
        {
            0 => Pick(random, NumberWords.BadIntegers),
            1 => Pick(random, NumberWords.Integers),
            2 => Int(random, -300, 300),
            _ => Int(random, -3, 8),
        },
        // Redis answers a negative count with as many draws: none that would never end.
        ["drawcount"] = random => random.Next(8) switch
        {
            0 => Pick(random, ["9223372036854775807", "-9223372036854775808", "4611686018427387904", "abc", "", "1.0", "9223372036854775808", " 1"]),
            1 => Int(random, -400, 400),
            _ => Int(random, -6, 8),
        },
        // Above any size: all elements in one reply, which are then the same on both sides.
        ["allcount"] = random => Pick(random, ["100000", "9223372036854775807", "4294967296"]),
        ["scancount"] = random => Pick(random, ["1", "2", "5", "10", "100", "100000", "0", "-1", "abc", "9223372036854775807", "9223372036854775808"]),
        ["badcursor"] = random => Pick(random, ["abc", "-", "18446744073709551616", " 0", "0 ", "0x0", "1.0", "99999999999999999999999"]),
        ["pattern"] = random => Pick(random, _patterns),
        ["typename"] = random => Pick(random, ["string", "list", "set", "zset", "hash", "stream", "STRING", "nonsense", ""]),
        ["seconds"] = random => Time(random, 100_000, 2_000_000_000),
        ["milliseconds"] = random => Time(random, 100_000_000, 2_000_000_000_000),
        ["unix-seconds"] = random => random.Next(5) == 0 ? Pick(random, ["1", "1000000000"]) : Time(random, 4_000_000_000, 9_000_000_000),
        ["unix-milliseconds"] = random => random.Next(5) == 0 ? Pick(random, ["1", "1000000000000"]) : Time(random, 4_000_000_000_000, 9_000_000_000_000),
        // Never a wait without end, never a long one.
        ["timeout"] = random => random.Next(5) == 0 ? Pick(random, ["-1", "abc", "", "nan", "1e400", "-inf", "-0.5", " 1", "1x"]) : "0.001",
        ["ownpayload"] = random => RestoreRule.Own + KeyPools.Kinds["key"](random),
        ["otherpayload"] = random => RestoreRule.Foreign + KeyPools.Kinds["key"](random),
        ["badpayload"] = random => Pick(random, _values),
        ["database"] = random => Pick(random, ["0", "1", "0", "1", "0", "15", "16", "-1", "x"]),
        ["channel"] = random => Pick(random, ["news", "news.a", "news.b", "", "n\0\u00ff", "*"]),
        ["channelpattern"] = random => Pick(random, ["*", "news*", "news.[ab]", "?", "", "n*", "x"]),
        ["weight"] = random => random.Next(12) == 0 ? Pick(random, NumberWords.BadFloats) : random.Next(3) == 0 ? Pick(random, ["inf", "-inf", "0", "-0", "1e308"]) : Int(random, -3, 4),
        ["bypattern"] = random => Pick(random, ["*", "w_*", "key:*", "h1->*", "h*->f1", "h2->f*", "*->f1", "a*", "w:*"]),
        ["getpattern"] = random => Pick(random, ["#", "*", "key:*", "h*->f1", "h1->f*", "h2->*", "a", "h1->f1", "*->", "w:*"]),
    };

    /// <summary>Draws an argument of a kind.</summary>
    public static string Draw(string kind, Random random) => _kinds[kind](random);

    /// <summary>Whether there is such a kind.</summary>
    public static bool Has(string kind) => _kinds.ContainsKey(kind);

    /// <summary>Draws an argument of any kind, but no key.</summary>
    public static string DrawAny(Random random) => random.Next(4) == 0
        ? Pick(random, _words)
        : Pick(random, random.Next(2) == 0 ? NumberWords.BadIntegers : _values);

    private static string Time(Random random, long min, long max) =>
        random.Next(8) == 0 ? Pick(random, random.Next(3) == 0 ? NumberWords.BadIntegers : _badTimes)
            : random.NextInt64(min, max).ToString(CultureInfo.InvariantCulture);

    private static string Degrees(Random random, double min, double max) => (min + random.NextDouble() * (max - min)).ToString("R", CultureInfo.InvariantCulture);

    private static string Int(Random random, int min, int end) => random.Next(min, end).ToString(CultureInfo.InvariantCulture);

    private static string Letters(Random random, string alphabet, int lengthMax) => new(random.GetItems<char>(alphabet, random.Next(lengthMax + 1)));

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
