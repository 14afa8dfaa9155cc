namespace Pkv.Server.Configuration;

/// <summary><c>save</c>: checked as Redis does and then ignored, because there is no snapshot to take.</summary>
internal sealed class SaveOption() : ConfigOption("save", ConfigKind.List)
{
    internal const string Error = "Invalid save parameters";

    public override string Allowed => "pairs of seconds and changes, or \"\"";

    internal override bool TakesManyWords => true;

    internal override bool Rewritable => false;

    public override string Format(PkvOptions options) => "";

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null)
            return error;
        if (words is [] or [""])
            return null;
        if (words.Count % 2 != 0)
            return Error;
        for (int i = 0; i < words.Count; i += 2)
        {
            if (!NumberOption.TryParseInteger(words[i], out long seconds) || seconds < 1
                || !NumberOption.TryParseInteger(words[i + 1], out long changes) || changes < 0)
                return Error;
        }

        return null;
    }

    internal override string? NoteAtStart(string value) => value.Trim('"', ' ').Length == 0
        ? null
        : "save is ignored: every acknowledged write is already in the pool, so no snapshot is needed";
}
