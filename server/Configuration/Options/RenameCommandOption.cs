using Pkv.Engine.Table;

namespace Pkv.Server.Configuration;

/// <summary><c>rename-command NAME NEW</c>: each directive adds one; only at the start, never shown, as in Redis.</summary>
internal sealed class RenameCommandOption() : ConfigOption("rename-command", ConfigKind.List)
{
    public override string Allowed => "a command and its new name, \"\" to disable it";

    public override bool Visible => false;

    internal override bool TakesManyWords => true;

    internal override bool Rewritable => false;

    public override string Format(PkvOptions options) => string.Join(' ', options.CommandRenames.Select(
        static rename => $"{ConfigWords.Quote(rename.Command)} {ConfigWords.Quote(rename.NewName)}"));

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null)
            return error;
        if (words.Count != 2)
            return "wrong number of arguments";
        var rename = new CommandRename(words[0], words[1]);
        change = options => options.CommandRenames = [.. options.CommandRenames, rename];
        return null;
    }

    internal override string? CheckApplied(PkvOptions options)
    {
        CommandNames names = new();
        string? error = null;
        foreach (CommandRename rename in options.CommandRenames)
            error ??= names.Rename(rename.Command, rename.NewName);
        return error;
    }
}
