using System.Globalization;

namespace Pkv.Server.Configuration;

/// <summary>A number in a range: a plain integer, a memory size in bytes, or octal mode bits.</summary>
internal sealed class NumberOption(
    string name, ConfigKind kind, long min, long max, Func<PkvOptions, long> get, Action<PkvOptions, long> set)
    : ConfigOption(name, kind)
{
    internal const string IntegerError = "argument couldn't be parsed into an integer";
    internal const string MemoryError = "argument must be a memory value";
    internal const string OctalError = "argument couldn't be parsed as an octal number";

    public override string Allowed => Kind == ConfigKind.Memory
        ? $"{MemorySize.ToShortText(min)}{UpTo} bytes, plain or with a unit: b k kb m mb g gb"
        : max >= int.MaxValue ? $"{Text(min)} or more"
        : $"{Text(min)} to {Text(max)}{(Kind == ConfigKind.Octal ? ", octal" : "")}";

    /// <summary>The upper bound as text; empty if only the width of the number limits it.</summary>
    private string UpTo => max == long.MaxValue ? " or more" : $" to {MemorySize.ToShortText(max)}";

    public override string Format(PkvOptions options) => Text(get(options));

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        string? error = Read(value, out long number);
        if (error is not null)
            return error;
        if (number < min || number > max)
            return $"argument must be between {Text(min)} and {Text(max)} inclusive";
        change = options => set(options, number);
        return null;
    }

    internal override IReadOnlyList<string> ConfigLines(PkvOptions options) => Kind == ConfigKind.Memory
        ? [$"{Name} {MemorySize.ToShortText(get(options))}"]
        : base.ConfigLines(options);

    /// <summary>Redis's strict decimal: no plus sign, no leading zero, no space.</summary>
    internal static bool TryParseInteger(string value, out long number)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return false;
        return value == number.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryParseOctal(string value, out long number)
    {
        number = 0;
        if (value.Length is 0 or > 20)
            return false;
        foreach (char c in value)
        {
            if (c is < '0' or > '7')
                return false;
            number = number * 8 + (c - '0');
        }

        return true;
    }

    private string? Read(string value, out long number) => Kind switch
    {
        ConfigKind.Memory => MemorySize.TryParse(value, out number) ? null : MemoryError,
        ConfigKind.Octal => TryParseOctal(value, out number) ? null : OctalError,
        _ => TryParseInteger(value, out number) ? null : IntegerError,
    };

    private string Text(long number) => Kind == ConfigKind.Octal
        ? Convert.ToString(number, 8)
        : number.ToString(CultureInfo.InvariantCulture);
}
