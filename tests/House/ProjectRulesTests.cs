using System.Xml.Linq;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>
/// Dependencies point one way: cli to server and engine; server to engine; both to persistence, zio and the leaves linux and resp;
/// persistence and zio to linux. The leaves know nobody, nor does lua; bench and ycsb speak over sockets only and share how figures are gathered and drawn.
/// </summary>
public sealed class ProjectRulesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["linux"] = [],
        ["resp"] = [],
        ["engine"] = ["linux", "resp", "persistence", "zio", "lua"],
        ["server"] = ["linux", "resp", "persistence", "zio", "engine"],
        ["cli"] = ["server", "engine", "persistence"],
        ["persistence"] = ["linux"],
        ["zio"] = ["linux"],
        ["lua"] = [],
        ["figures"] = [],
        ["ycsb"] = ["figures"],
        ["bench"] = ["figures"],
        ["tests"] = ["linux", "resp", "persistence", "zio", "lua", "engine", "server", "cli", "figures", "bench", "ycsb"],
    };

    // libzio is compiled ahead of time into programs that are not ours: it brings nothing of the server with it.
    private const string Preload = "zio/Preload/Pkv.Zio.Preload.csproj";

    [Fact]
    public void ReferencesPointOneWay()
    {
        foreach (string project in Repository.Files(".csproj"))
        {
            string folder = project.Split('/')[0];
            Assert.True(Allowed.ContainsKey(folder), $"{project}: a folder that no rule knows");
            foreach (string target in References(project))
                Assert.True(Allowed[folder].Contains(target) && project != Preload, $"{project} must not reference {target}");
        }
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = Repository.Read("Pkv.sln").Replace('\\', '/');
        foreach (string project in Repository.Files(".csproj"))
            Assert.Contains(project, solution);
    }

    [Fact]
    public void EveryProjectHasALockFile()
    {
        foreach (string project in Repository.Files(".csproj"))
            Assert.True(Repository.Has(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")), $"{project}: packages.lock.json");
    }

    [Fact]
    public void VersionsAreCentral()
    {
        foreach (string project in Repository.Files(".csproj"))
        {
            Assert.All(XDocument.Parse(Repository.Read(project)).Descendants("PackageReference"),
                reference => Assert.True(reference.Attribute("Version") is null, $"{project}: versions stand in Directory.Packages.props"));
        }
    }

    // An image restores before it has any sources: a project that was forgotten there is missed only when somebody builds it.
    [Theory]
    [InlineData("docker/pkv.Dockerfile", "cli/Pkv.Cli.csproj")]
    [InlineData("docker/ycsb.Dockerfile", "ycsb/Pkv.Ycsb.csproj")]
    public void ImagesCopyEveryProjectThatTheyBuild(string dockerfile, string project)
    {
        string[] steps = Repository.Read(dockerfile).Split('\n'), context = Repository.Read(".dockerignore").Split('\n');
        foreach (string needed in Closure(project))
        {
            string folder = needed.Split('/')[0];
            Assert.Contains($"COPY {needed} {folder}/packages.lock.json {folder}/", steps);
            Assert.Contains($"COPY {folder} {folder}/", steps);
            Assert.Contains($"!{folder}", context);
        }
    }

    // A project and all that it needs.
    private static HashSet<string> Closure(string project) =>
        [project, .. References(project).SelectMany(folder => Closure(Repository.Files(".csproj").Single(p => p.Split('/') is [var at, _] && at == folder)))];

    private static IEnumerable<string> References(string project) =>
        XDocument.Parse(Repository.Read(project)).Descendants("ProjectReference")
            .Select(r => r.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[^2]);
}
