namespace Pkv.Server.Configuration;

/// <summary>
/// A <c>yes</c>/<c>no</c> option of Redis that has only one possible value here; the other one is reported and ignored.
/// </summary>
internal sealed class FixedFlagOption(string name, bool always, string reason) : ConfigOption(name, ConfigKind.Flag)
{
    private readonly string answer = always ? "yes" : "no";

    public override string Allowed => $"{answer} only";

    internal override bool Rewritable => false;

    public override string Format(PkvOptions options) => answer;

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        return FlagOption.TryParse(value, out _) ? null : FlagOption.Error;
    }

    internal override string? RefuseAtRunTime(string value) => IsOther(value) ? reason : null;

    internal override string? NoteAtStart(string value) => IsOther(value) ? $"{Name} {value} is ignored: {reason}" : null;

    private bool IsOther(string value) => !value.Equals(answer, StringComparison.OrdinalIgnoreCase);
}
