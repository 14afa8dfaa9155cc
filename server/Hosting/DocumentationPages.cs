using Pkv.Server.Commands.Table.Queries;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>
/// <c>pkv-server --docs configuration|commands</c>: the pages under docs/ that are made from the server's own tables. A
/// test compares the committed pages with these.
/// </summary>
public static class DocumentationPages
{
    /// <summary>The names of the pages, each docs/NAME.md.</summary>
    public static IReadOnlyList<string> Names { get; } = ["configuration", "commands"];

    /// <summary>The text of a page, or null for a name that is none of <see cref="Names"/>.</summary>
    public static string? Make(string name) => name switch
    {
        "configuration" => ConfigDocs.Markdown(),
        "commands" => CommandDocs.Markdown(),
        _ => null,
    };
}
