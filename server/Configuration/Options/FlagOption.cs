namespace Pkv.Server.Configuration;

/// <summary>A <c>yes</c>/<c>no</c> option.</summary>
internal sealed class FlagOption(string name, Func<PkvOptions, bool> get, Action<PkvOptions, bool> set)
    : ConfigOption(name, ConfigKind.Flag)
{
    internal const string Error = "argument must be 'yes' or 'no'";

    public override string Allowed => "yes or no";

    public override string Format(PkvOptions options) => get(options) ? "yes" : "no";

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        if (!TryParse(value, out bool flag))
            return Error;
        change = options => set(options, flag);
        return null;
    }

    /// <summary>Redis takes either word in any case.</summary>
    internal static bool TryParse(string value, out bool flag)
    {
        flag = value.Equals("yes", StringComparison.OrdinalIgnoreCase);
        return flag || value.Equals("no", StringComparison.OrdinalIgnoreCase);
    }
}
