using System.Text;
using System.Text.RegularExpressions;
using Pkv.Engine.Table;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>The pages match the code: links and named files exist, commands can be run, generated pages are current.</summary>
public sealed class DocumentationTests
{
    public static TheoryData<string> GeneratedPages => [.. DocumentationPages.Names];

    public static TheoryData<string> GeneratedBlocks => [.. DocumentationPages.PagesWithBlocks];

    [Theory]
    [MemberData(nameof(GeneratedPages))]
    public void GeneratedPagesAreCurrent(string name)
    {
        bool same = Repository.Read($"docs/{name}.md") == DocumentationPages.Make(name);
        Assert.True(same, $"docs/{name}.md differs from the tables: dotnet run --project server -- --docs {name} docs/{name}.md");
    }

    [Theory]
    [MemberData(nameof(GeneratedBlocks))]
    public void GeneratedBlocksAreCurrent(string name)
    {
        string page = Repository.Read($"docs/{name}.md");
        string? updated = DocumentationPages.Update(name, page);
        Assert.True(updated is not null, $"docs/{name}.md lacks the marks of a generated block");
        Assert.True(page == updated, $"docs/{name}.md differs from the code: dotnet run --project server -- --docs {name} docs/{name}.md");
    }

    [Fact]
    public void DefaultsOfTheZioPageAreThoseOfTheCode()
    {
        Match code = Regex.Match(Repository.Read("zio/Preload/native/next.c"), @"zio_options = \{ \.mode = ZIO_ON, \.engine = ZIO_VAULT, \.threshold = (\d+), \.vault_max = (\d+)ul << 20 \}");
        Assert.True(code.Success, "the defaults in zio/Preload/native/next.c have another form: adapt this test");
        string page = Repository.Read("docs/zio.md");
        Assert.Contains($"| `ZIO_THRESHOLD` | `{code.Groups[1].Value}` |", page, StringComparison.Ordinal);
        Assert.Contains($"| `ZIO_VAULT_MAX` | `{code.Groups[2].Value}m` |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void DefaultsOfTheContainersAreThoseOfTheComposeFile()
    {
        string compose = Repository.Read("docker-compose.yml");
        int compared = 0;
        foreach (Match row in Regex.Matches(Repository.Read("docs/operations.md"), @"^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| ([^|]*) \|", RegexOptions.Multiline))
        {
            string[] names = [.. row.Groups[1].Value.Split(", ").Select(n => n.Trim('`'))];
            string[] values = [.. row.Groups[2].Value.Split(", ").Select(v => v.Trim('`', ' '))];
            for (int i = 0; i < names.Length; i++, compared++)
                Assert.Contains($"${{{names[i]}:-{values[Math.Min(i, values.Length - 1)]}}}", compose, StringComparison.Ordinal);
        }
        Assert.True(compared >= 8, $"only {compared} defaults were compared");
    }

    // A property's default stands in parentheses after its name, or in the table's next column.
    [Fact]
    public void DefaultsOfTheYcsbPageAreThoseOfTheCode()
    {
        string page = Repository.Read("docs/ycsb.md");
        int compared = 0;
        foreach (string file in Repository.Files(".cs").Where(f => f.StartsWith("ycsb/", StringComparison.Ordinal)))
        {
            foreach (Match read in Regex.Matches(Repository.Read(file), @"roperties\.\w+\(""([\w.]+)"", (""[^""]*""|[\d_.]+|true|false)[,)]"))
            {
                string name = read.Groups[1].Value, value = read.Groups[2].Value.Trim('"').Replace("_", "", StringComparison.Ordinal);
                Match told = Regex.Match(page, $@"`{Regex.Escape(name)}`(?:\s+\(([^)]*)\)| \| ([^|]*) \|)");
                if (!told.Success)
                    continue;
                compared++;
                string text = told.Groups[1].Value + told.Groups[2].Value;
                Assert.True(Regex.IsMatch(text, $@"(?<![\w.]){Regex.Escape(value)}(?![\w.])"), $"docs/ycsb.md gives the default of {name} as ({text}), {file} as {value}");
            }
        }
        Assert.True(compared >= 20, $"only {compared} defaults were compared");
    }

    // Words in capitals that stand for what varies, the ellipsis, and a prefix that the reply adds.
    [Fact]
    public void MessagesOfTheOperationsPageExist()
    {
        string code = string.Concat(Repository.Files(".cs").Where(f => !f.StartsWith("tests/", StringComparison.Ordinal)).Select(Repository.Read));
        string table = Repository.Read("docs/operations.md").Split("\n## Messages\n")[1].Split("\n## ")[0];
        MatchCollection messages = Regex.Matches(table, "^\\| `([^`]+)` \\|", RegexOptions.Multiline);
        Assert.NotEmpty(messages);
        foreach (Match message in messages)
        {
            foreach (string part in Regex.Split(message.Groups[1].Value, @"\b(?:PATH|FOLDER|FILE|N|M|REASON|WHERE)\b|…"))
                Assert.True(code.Contains(part.Trim(' ', ',', ';', '('), StringComparison.Ordinal), $"docs/operations.md: no code says \"{part}\" of \"{message.Groups[1].Value}\"");
        }
    }

    [Fact]
    public void LinksLeadSomewhere()
    {
        foreach (string page in Repository.Files(".md"))
        {
            string folder = Path.GetDirectoryName(page)!;
            foreach (Match link in Regex.Matches(WithoutCode(Repository.Read(page)), @"\]\(([^)\s]+)\)"))
            {
                string[] target = link.Groups[1].Value.Split('#');
                if (target[0].Contains("://", StringComparison.Ordinal))
                    continue;
                string file = target[0].Length == 0 ? page : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, folder, target[0])));
                Assert.True(Repository.Has(file), $"{page}: {link.Value} leads nowhere");
                if (target.Length > 1 && file.EndsWith(".md", StringComparison.Ordinal))
                    Assert.True(Anchors(file).Contains(target[1]), $"{page}: {file} has no heading #{target[1]}");
            }
        }
    }

    [Fact]
    public void NamedFilesExist()
    {
        foreach (string page in Repository.Files(".md"))
        {
            foreach (Match name in Regex.Matches(Repository.Read(page), @"`((?:server|cli|persistence|zio|linux|resp|lua|bench|tests|docs|\.ci)/[\w./-]+)`"))
                Assert.True(Repository.Has(name.Groups[1].Value), $"{page} names {name.Groups[1].Value}, which is not there");
        }
    }

    [Fact]
    public void ServerOptionsInThePagesExist()
    {
        foreach (string page in Repository.Files(".md"))
        {
            foreach (Match line in Regex.Matches(Repository.Read(page), @"(?:pkv-server|--project server --) ([^\n`]*--[^\n`]*)"))
            {
                foreach (Match option in Regex.Matches(line.Groups[1].Value.Split('#')[0], @"--([a-z][a-z-]*)"))
                {
                    string name = option.Groups[1].Value;
                    Assert.True(name is "help" or "version" or "docs" or "name" || ConfigTable.Rows.Any(row => row.Name == name),
                        $"{page}: there is no option --{name}");
                }
            }
        }
    }

    [Fact]
    public void CommandsOfTheReadmeCanBeRun()
    {
        string[] lines = [.. Regex.Matches(Repository.Read("README.md"), @"```sh\n(.*?)```", RegexOptions.Singleline)
            .SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.NotEmpty(lines);
        foreach (string line in lines)
        {
            if (Regex.Match(line, @"--project (\S+)") is { Success: true } project)
                Assert.True(Repository.Files(".csproj").Any(f => f.StartsWith(project.Groups[1].Value + "/", StringComparison.Ordinal)), line);
            if (Regex.Match(line, @"^redis-cli(?: -\w \S+)* ([A-Za-z]+)") is { Success: true } command)
                Assert.True(CommandTable.Find(Encoding.ASCII.GetBytes(command.Groups[1].Value)) is not null, line);
        }
        Assert.Contains(lines, line => line.StartsWith("dotnet run -c Release --project server", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet test", StringComparison.Ordinal));
    }

    private static string WithoutCode(string page) =>
        Regex.Replace(Regex.Replace(page, "```.*?```", "", RegexOptions.Singleline), "`[^`\n]*`", "");

    // As GitHub makes them: lower case, spaces to dashes, all else but letters, digits, dashes and underscores dropped.
    private static HashSet<string> Anchors(string page) =>
        [.. Regex.Matches(Repository.Read(page), "^#+ (.*)$", RegexOptions.Multiline)
            .Select(h => Regex.Replace(h.Groups[1].Value.Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-'))];
}
