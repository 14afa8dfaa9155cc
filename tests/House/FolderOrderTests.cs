using System.Text.RegularExpressions;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>
/// The folders of engine/ and server/ stand in an order, and a file uses only folders that come before its own. Files that turn back today
/// are listed in <see cref="BackwardReferences"/>, a list that may only shrink.
/// </summary>
public sealed class FolderOrderTests
{
    private const string State = "ServerState";

    private static readonly string[] Roots = ["engine/", "server/"];

    // The engine first, which knows no socket, then the server. ServerState is a file, but it holds everything.
    private static readonly string[] Order =
    [
        "Table", "Settings", "Records", "Keyspace", "Space", "Replies", "Execution", "Rdb", "Eviction", "Recovery", "Cleaning", "Commands",
        "Configuration", "Sessions", "Blocking", "PubSub", State, "Net", "Monitoring", "Administration", "Hosting", "Offline",
    ];

    [Fact]
    public void EveryFolderHasItsPlace()
    {
        IEnumerable<string> folders = Sources().Select(file => FolderOf(file)).Where(folder => folder.Length > 0).Distinct();
        Assert.Equal(Order.Where(name => name != State).Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NoFileTurnsBack()
    {
        HashSet<string> known = [.. BackwardReferences.Known.SelectMany(pair => pair.Value.Split(' ').Select(file => $"{Roots[1]}{pair.Key.Split(' ')[0]}/{file} uses {pair.Key.Split(' ')[2]}"))];
        HashSet<string> today = [.. Today()];
        Assert.True(today.Count > 0 || known.Count == 0, "nothing was read");
        IEnumerable<string> complaints = today.Except(known).Select(what => $"{what}, which comes later: {string.Join(", ", Order)}")
            .Concat(known.Except(today).Select(what => $"{what} no more: take it out of tests/House/BackwardReferences.cs"));
        Assert.Empty(complaints.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("using Pkv.Server.Net;", "Net")]
    [InlineData("using Pkv.Engine.Commands.Table;", "Commands")]
    [InlineData("class A { Net.IoThread _thread; }", "Net")]
    [InlineData("class A { Commands.Table.CommandSpec _spec; }", "Commands")]
    [InlineData("class A(ServerState server);", State)]
    [InlineData("class A { int B => context.Net.IoThread; } // using Pkv.Server.Net;", "")]
    [InlineData("class A { int B => Commands.Count; }", "")]
    public void ReferencesAreFound(string source, string expected)
    {
        Dictionary<string, HashSet<string>> types = new() { ["Net"] = ["IoThread"], ["Commands"] = ["CommandSpec"] };
        Assert.Equal(expected, string.Join(' ', References(CodeText.Strip(source), types)));
    }

    private static IEnumerable<string> Today()
    {
        Dictionary<string, string> sources = Sources().Where(file => FolderOf(file).Length > 0).ToDictionary(file => file, file => CodeText.Strip(Repository.Read(file)));
        Dictionary<string, HashSet<string>> types = sources.GroupBy(pair => FolderOf(pair.Key))
            .ToDictionary(folder => folder.Key, folder => folder.SelectMany(pair => Types(pair.Value)).ToHashSet());
        foreach ((string file, string source) in sources)
        {
            int place = Array.IndexOf(Order, FolderOf(file));
            foreach (string used in References(source, types).Where(used => Array.IndexOf(Order, used) > place))
                yield return $"{file} uses {used}";
        }
    }

    // By a full name (a using, mostly), by one that begins with the folder and has a type of it, or the state of the server.
    private static IEnumerable<string> References(string source, Dictionary<string, HashSet<string>> types)
    {
        IEnumerable<string> full = Regex.Matches(source, @"(?<!namespace )\bPkv\.(?:Engine|Server)\.(\w+)").Select(m => m.Groups[1].Value).Where(Order.Contains);
        IEnumerable<string> relative = types.Keys.Where(folder => Regex.Matches(source, $@"(?<![\w.]){folder}((?:\.\w+)+)")
            .Any(m => m.Groups[1].Value.Split('.').Any(types[folder].Contains)));
        IEnumerable<string> state = Regex.IsMatch(source, $@"\b{State}\b") ? [State] : [];
        return full.Concat(relative).Concat(state).Distinct();
    }

    private static IEnumerable<string> Types(string source) =>
        Regex.Matches(source, @"\b(?:class|struct|interface|enum|record) (?!struct\b|class\b)(\w+)").Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Sources() => Repository.Files(".cs").Where(file => Roots.Any(root => file.StartsWith(root, StringComparison.Ordinal)));

    // Empty for a file that lies in no folder of its project.
    private static string FolderOf(string file) => file.Split('/') is { Length: > 2 } parts ? parts[1] : "";
}
