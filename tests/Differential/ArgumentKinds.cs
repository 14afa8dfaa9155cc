using System.Globalization;

namespace Pkv.Tests.Differential;

/// <summary>
/// The kinds of arguments that shapes name. Drawn to collide: few keys, numbers at the edges, empty and binary strings.
/// Times are far away or long past, so that two servers whose clocks differ by moments answer alike.
/// </summary>
public static class ArgumentKinds
{
    private const string AllBytes = "\0\r\n\u00ff$3\r\nabc";

    private static readonly string[] _keys = ["a", "b", "c", "d", "A", "key:1", "key:2", "", "k\0\r\n\u0080", new('k', 300)];
    private static readonly string[] _bigKeys = ["big:1", "big:2"];
    private static readonly string[] _values = ["", "a", "abc", "aXbYc", "hello world", "ohmytext", "mynewtext", AllBytes, "OK", "nil"];

    private static readonly string[] _integers =
    [
        "0", "1", "-1", "2", "10", "99", "-100", "9223372036854775807", "9223372036854775806", "-9223372036854775808",
        "-9223372036854775807", "4611686018427387904", "9007199254740993",
    ];

    private static readonly string[] _badIntegers =
    [
        "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "01", "-0", "+1", " 1", "1 ", "1.0",
        "1e3", "", "-", "abc", "0x10", "1\0", "99999999999999999999999999",
    ];

    private static readonly string[] _floats =
    [
        "0.1", "0.2", "-0.1", "3.0e3", "1e-5", "1.5", "-2.25", "5000000000.1", "1e17", "1e18", "1e19", "1e300", "1e4932", "-1e4932", "1e-20",
        "3.14159265358979323846", ".5", "5.", "+7", "-0", "-0.0", "0x1p3", "0xA.8", "0x.8p-2", "1.18973149535723176502e+4932", "1e-4945",
        "12345678901234567890.12345678901234567", "0.30000000000000001", "1e-17", "5e-18", "0.000000000000000005", "inf", "-inf", "Infinity", "1E2",
    ];

    private static readonly string[] _badFloats =
    [
        "1e5000", "-1e5000", "1e-5000", "nan", "NaN(1)", "-nan", "1e", "e1", ".", "", " 1", "1 ", "1,5", "0x", "0xg", "0x1p", "1e+", "--1", "infi",
        "1\0", "1.1.1",
    ];

    private static readonly string[] _offsets = ["0", "1", "2", "3", "5", "11", "60", "-1", "-2", "-5", "-100"];
    private static readonly string[] _hugeOffsets = ["536870911", "536870912", "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808"];
    private static readonly string[] _bigOffsets = ["0", "1", "100", "16383", "16384", "17000", "40000", "65535", "-1", "-17000"];
    private static readonly string[] _badTimes = ["0", "-1", "9223372036854775807", "9223372036854776", "9223372036854775", "-9223372036854775808"];

    private static readonly Dictionary<string, Func<Random, string>> _kinds = new()
    {
        ["key"] = random => Pick(random, _keys),
        ["bigkey"] = random => Pick(random, _bigKeys),
        ["value"] = random => random.Next(10) switch
        {
            0 or 1 => Pick(random, _integers),
            2 => Pick(random, _floats),
            3 => Letters(random, "ab", 30),
            4 => Letters(random, "0123456789", 19),
            5 => Pick(random, random.Next(2) == 0 ? _badIntegers : _badFloats),
            _ => Pick(random, _values),
        },
        ["bigvalue"] = random => Letters(random, "xyz", random.Next(3) == 0 ? 300 : 40_000),
        ["integer"] = random => random.Next(5) == 0 ? Pick(random, _badIntegers)
            : random.Next(3) == 0 ? random.Next(-1000, 1000).ToString(CultureInfo.InvariantCulture) : Pick(random, _integers),
        ["float"] = random => random.Next(5) switch
        {
            0 => Pick(random, _badFloats),
            1 => Pick(random, _integers),
            2 => ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20))).ToString("R", CultureInfo.InvariantCulture),
            3 => $"{random.Next(-1000, 1000)}.{random.Next(0, 1000)}",
            _ => Pick(random, _floats),
        },
        ["digits"] = random => Letters(random, "0123456789", 25) + (random.Next(2) == 0 ? "." : "") + Letters(random, "0123456789", 25)
            + (random.Next(3) == 0 ? $"e{random.Next(-60, 60)}" : ""),
        ["offset"] = random => random.Next(12) switch { 0 => Pick(random, _badIntegers), 1 => Pick(random, _hugeOffsets), _ => Pick(random, _offsets) },
        // Never one that would make half a gigabyte.
        ["setoffset"] = random => random.Next(12) switch { 0 => Pick(random, _badIntegers), 1 => Pick(random, _hugeOffsets[1..]), _ => Pick(random, _offsets) },
        ["bigoffset"] = random => Pick(random, _bigOffsets),
        ["small"] = random => random.Next(8) == 0 ? Pick(random, _badIntegers) : random.Next(-1, 6).ToString(CultureInfo.InvariantCulture),
        ["seconds"] = random => Time(random, 100_000, 2_000_000_000),
        ["milliseconds"] = random => Time(random, 100_000_000, 2_000_000_000_000),
        ["unix-seconds"] = random => random.Next(5) == 0 ? Pick(random, ["1", "1000000000"]) : Time(random, 4_000_000_000, 9_000_000_000),
        ["unix-milliseconds"] = random => random.Next(5) == 0 ? Pick(random, ["1", "1000000000000"]) : Time(random, 4_000_000_000_000, 9_000_000_000_000),
        ["database"] = random => Pick(random, ["0", "1", "0", "1", "0", "15", "16", "-1", "x"]),
    };

    /// <summary>All keys that shapes name.</summary>
    public static IEnumerable<string> Keys => _keys.Concat(_bigKeys);

    /// <summary>Draws an argument of a kind.</summary>
    public static string Draw(string kind, Random random) => _kinds[kind](random);

    /// <summary>Draws an argument of any kind, but no key.</summary>
    public static string DrawAny(Random random) => random.Next(4) == 0
        ? Pick(random, ["NX", "XX", "EX", "PX", "GET", "KEEPTTL", "PERSIST", "LEN", "IDX", "nx\0", "ex"])
        : Pick(random, random.Next(2) == 0 ? _badIntegers : _values);

    private static string Time(Random random, long min, long max) =>
        random.Next(8) == 0 ? Pick(random, random.Next(3) == 0 ? _badIntegers : _badTimes)
            : random.NextInt64(min, max).ToString(CultureInfo.InvariantCulture);

    private static string Letters(Random random, string alphabet, int lengthMax) => new(random.GetItems<char>(alphabet, random.Next(lengthMax + 1)));

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
