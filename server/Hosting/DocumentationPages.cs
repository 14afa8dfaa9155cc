using Pkv.Engine.Table.Queries;
using Pkv.Persistence.Format;
using Pkv.Server.Administration.Servers.Info;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>
/// <c>pkv-server --docs NAME docs/NAME.md</c>: the pages under docs/ that are generated from the code, completely or in blocks
/// between begin and end marks. A test compares the committed pages with these.
/// </summary>
public static class DocumentationPages
{
    /// <summary>Names of the pages that are generated completely, each docs/NAME.md.</summary>
    public static IReadOnlyList<string> Names { get; } = ["configuration", "commands", "info"];

    /// <summary>Names of the pages that have generated blocks.</summary>
    public static IReadOnlyList<string> PagesWithBlocks { get; } = ["on-media-format", "operations"];

    /// <summary>The text of a page that is generated completely; null if the name is not one of <see cref="Names"/>.</summary>
    public static string? Make(string name) => name switch
    {
        "configuration" => ConfigDocs.Markdown(),
        "commands" => CommandDocs.Markdown(),
        "info" => InfoDocs.Markdown(),
        _ => null,
    };

    /// <summary>
    /// A page's text with its generated part brought up to date; null if there is no such page, or a block's marks are missing in
    /// <paramref name="text"/>.
    /// </summary>
    public static string? Update(string name, string text)
    {
        if (!PagesWithBlocks.Contains(name))
            return Make(name);
        foreach ((string block, string markdown) in name == "operations" ? [("limits", LimitsTable.Markdown())] : FormatTables.Blocks)
        {
            string begin = $"<!-- begin:{block} -->\n", end = $"<!-- end:{block} -->";
            int from = text.IndexOf(begin, StringComparison.Ordinal);
            int to = from < 0 ? -1 : text.IndexOf(end, from, StringComparison.Ordinal);
            if (to < 0)
                return null;
            text = text[..(from + begin.Length)] + markdown + text[to..];
        }
        return text;
    }
}
