using System.Globalization;
using Pkv.Resp;

namespace Pkv.Tests.Differential.Drawing;

/// <summary>Numbers as clients write them: at the limits of their types, in every notation, and what is none.</summary>
internal static class NumberWords
{
    public static readonly string[] Integers =
    [
        "0", "1", "-1", "2", "10", "99", "-100", "9223372036854775807", "9223372036854775806", "-9223372036854775808",
        "-9223372036854775807", "4611686018427387904", "9007199254740993",
    ];

    public static readonly string[] BadIntegers =
    [
        "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "01", "-0", "+1", " 1", "1 ", "1.0",
        "1e3", "", "-", "abc", "0x10", "1\0", "99999999999999999999999999",
    ];

    public static readonly string[] Floats =
    [
        "0.1", "0.2", "-0.1", "3.0e3", "1e-5", "1.5", "-2.25", "5000000000.1", "1e17", "1e18", "1e19", "1e300", "1e4932", "-1e4932", "1e-20",
        "3.14159265358979323846", ".5", "5.", "+7", "-0", "-0.0", "0x1p3", "0xA.8", "0x.8p-2", "1.18973149535723176502e+4932", "1e-4945",
        "12345678901234567890.12345678901234567", "0.30000000000000001", "1e-17", "5e-18", "0.000000000000000005", "inf", "-inf", "Infinity", "1E2",
    ];

    public static readonly string[] BadFloats =
    [
        "1e5000", "-1e5000", "1e-5000", "nan", "NaN(1)", "-nan", "1e", "e1", ".", "", " 1", "1 ", "1,5", "0x", "0xg", "0x1p", "1e+", "--1", "infi",
        "1\0", "1.1.1",
    ];

    public static readonly string[] Offsets = ["0", "1", "2", "3", "5", "11", "60", "-1", "-2", "-5", "-100"];
    public static readonly string[] HugeOffsets = ["536870911", "536870912", "4294967295", "4294967296", "9223372036854775807", "-9223372036854775808"];
    public static readonly string[] BigOffsets = ["0", "1", "100", "16383", "16384", "17000", "40000", "65535", "-1", "-17000"];

    // What a double makes of them is what counts: the last digits, overflow, the smallest ones, both zeros.
    private static readonly string[] _scores =
    [
        "0", "-0", "1", "-1", "1.5", "-2.25", "0.1", "0.30000000000000004", "inf", "-inf", "+inf", "Infinity", "1e308", "1.7976931348623157e308", "-1.7976931348623157e308",
        "2.2250738585072014e-308", "1e-400", "1e400", "-1e400", "1e17", "1e16", "123456789012345680000", "9007199254740993", "9007199254740992",
        "3.14159265358979323846", "12345678901234567", "1e-7", "0.00001", "0x1p3", "+7", ".5", "5.", "9223372036854775807", "-9223372036854775808", "1e21", "4503599627370497.5",
    ];

    /// <summary>A double with all its digits.</summary>
    public static string Double(Random random) =>
        ((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 20))).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A score; one in sixteen is none.</summary>
    public static string Score(Random random) => random.Next(16) switch
    {
        0 => BadFloats[random.Next(BadFloats.Length)],
        1 => Double(random),
        < 6 => _scores[random.Next(_scores.Length)],
        _ => random.Next(-4, 12).ToString(CultureInfo.InvariantCulture),
    };
}
