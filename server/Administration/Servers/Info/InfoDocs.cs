using System.Text;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>Writes docs/info.md from <see cref="InfoFields"/>.</summary>
public static class InfoDocs
{
    /// <summary>The whole page: a table for each section.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder();
        page.Append("# INFO fields\n\n")
            .Append("Generated from `server/Administration/Servers/Info/InfoFields.cs` and `server/Administration/Servers/Info/PersistenceFields.cs`; do not edit.\n")
            .Append("Sections and fields come in the order of the reply. The `recovery_` fields are there after a start on an existing pool.\n");
        foreach (IGrouping<string, InfoField> section in InfoFields.All.GroupBy(static field => field.Section))
        {
            page.Append($"\n## {section.Key}\n\n| field | meaning |\n|---|---|\n");
            foreach (InfoField field in section)
                page.Append($"| {string.Join(", ", field.Names.Split(' ').Select(static name => $"`{name}`"))} | {field.Meaning} |\n");
        }
        return page.ToString();
    }
}
