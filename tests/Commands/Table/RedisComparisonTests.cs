using System.Text;
using Pkv.Engine.Table;
using Pkv.Engine.Table.Queries;
using Pkv.Resp;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Table;

/// <summary>What COMMAND tells of every command in the table against what redis-server 7.0 tells of it.</summary>
public sealed class RedisComparisonTests(ReferenceRedis redis) : IClassFixture<ReferenceRedis>
{
    private const int SubcommandsDetail = 9;
    private const int KeySpecsDetail = 8;

    // Redis 7.0 does not document the arguments of these two; we do, for HELP.
    private static readonly string[] _argumentsOfOurOwn = ["command|getkeys", "command|getkeysandflags"];

    [RedisFact]
    public void What_the_table_has_and_what_the_docs_say_is_absent_is_all_of_Redis()
    {
        string[] listed = [.. redis.Call("COMMAND", "LIST").Items.Select(i => i.Text)];
        HashSet<string> absent = [.. AbsentCommands.All.SelectMany(a => a.Names)], here = [.. FullNames()];
        Assert.False(absent.Overlaps(here));
        // A container that is absent stands for its subcommands.
        Assert.DoesNotContain(listed, name => !here.Contains(name) && !absent.Contains(name) && !absent.Contains(name.Split('|')[0]));
        Assert.Empty(absent.Except(listed));
        Assert.Equal(redis.Call("COMMAND", "COUNT").Integer, CommandTable.All.Count + absent.Count(name => !name.Contains('|', StringComparison.Ordinal)));
    }

    [RedisFact]
    public void Command_info_is_the_same()
    {
        string[] names = FullNames();
        RespNode theirs = redis.Call(["COMMAND", "INFO", .. names]);
        RespNode ours = RespSink.Run(reply => CommandQueries.Info(Bytes(names), reply));
        var differences = new List<string>();
        for (int i = 0; i < names.Length; i++)
        {
            string their = Details(theirs.Items[i]), our = Details(ours.Items[i]);
            if (their != our)
                differences.Add($"{names[i]}\n  redis {their}\n  pkv   {our}");
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [RedisFact]
    public void Command_docs_are_the_same_but_for_the_words()
    {
        string[] names = FullNames();
        RespNode theirs = redis.Call(["COMMAND", "DOCS", .. names]);
        RespNode ours = RespSink.Run(reply => CommandQueries.Docs(Bytes(names), reply));
        var differences = new List<string>();
        foreach (string name in names)
        {
            string their = Facts(name, theirs[name]!), our = Facts(name, ours[name]!);
            if (their != our)
                differences.Add($"{name}\n  redis {their}\n  pkv   {our}");
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [RedisFact]
    public void Unknown_names_are_answered_alike()
    {
        string[] names = ["nosuch", "get|x", "config|", "|", "config|get|x", ""];
        Assert.Equal(
            redis.Call(["COMMAND", "INFO", .. names]).ToString(),
            RespSink.Run(reply => CommandQueries.Info(Bytes(names), reply)).ToString());
        Assert.Equal(
            redis.Call(["COMMAND", "DOCS", .. names]).ToString(),
            RespSink.Run(reply => CommandQueries.Docs(Bytes(names), reply)).ToString());
    }

    [RedisFact]
    public void Keys_of_a_call_are_the_same()
    {
        string[] calls =
        [
            "get a", "GET a", "get a b", "set a b", "set a b GET", "set a get", "set a b ex 5 get nx", "mget a b c",
            "mset a 1 b 2", "mset a 1 b", "msetnx a 1", "rename a b", "renamenx a b", "copy a b DB 1", "lcs a b LEN",
            "object encoding a", "object encoding", "object nosuch a", "object help", "memory usage a samples 5",
            "del a b c", "watch a b", "ping x", "nosuch x", "config get x", "config nosuch", "config|get x",
            "getex a persist", "expire a 1 NX", "flushall async", "scan 0 match x", "command getkeys get a",
            "sort a", "sort a store b by x* get y STORE c", "sort a limit 1 2 store", "sort a limit 1 store store b", "sort a get store b", "sort_ro a by x",
            "sort_ro a store b", "sintercard 2 a b limit 1", "sintercard 3 a b", "sintercard 0 a", "sinterstore d a b", "smove a b c", "hset h f v",
            "georadius k 0 0 1 m", "georadius k 0 0 1 m store d", "georadius k 0 0 1 m STOREDIST d", "georadius k 0 0 1 m STORE d STOREDIST e STORE f", "georadius k 0 0 1 store d",
            "georadiusbymember k m 1 km store d", "georadiusbymember k m 1 km store", "geosearchstore d k frommember m byradius 1 m", "geoadd k 1 2 m", "pfmerge d a b", "pfcount a b", "pfdebug getreg k",
        ];
        foreach (string call in calls)
        {
            string[] arguments = call.Split(' ');
            Assert.Equal(
                $"{call}: {redis.Call(["COMMAND", "GETKEYSANDFLAGS", .. arguments])}",
                $"{call}: {RespSink.Run(reply => CommandQueries.GetKeysAndFlags(Bytes(arguments), reply))}");
            Assert.Equal(
                $"{call}: {redis.Call(["COMMAND", "GETKEYS", .. arguments])}",
                $"{call}: {RespSink.Run(reply => CommandQueries.GetKeys(Bytes(arguments), reply))}");
        }
    }

    [RedisFact]
    public void Lists_are_the_same_among_the_commands_we_have()
    {
        string[] filters =
        [
            "", "FILTERBY ACLCAT string", "filterby aclcat DANGEROUS", "FILTERBY ACLCAT @read", "FILTERBY ACLCAT none",
            "FILTERBY MODULE x", "FILTERBY PATTERN *", "FILTERBY PATTERN CONFIG|*", "FILTERBY PATTERN [^a-f]?T*",
            "FILTERBY PATTERN nosuch", "FILTERBY PATTERN", "FILTERBY ACLCAT", "FILTERBY FOO x", "PATTERN *", "x y z",
        ];
        string[] known = FullNames();
        foreach (string filter in filters)
        {
            string[] options = filter.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            RespNode theirs = redis.Call(["COMMAND", "LIST", .. options]);
            RespNode ours = RespSink.Run(reply => CommandQueries.List(Bytes(options), reply));
            Assert.Equal($"{filter}: {Among(theirs, known)}", $"{filter}: {Among(ours, known)}");
        }
    }

    [RedisFact]
    public void Help_has_the_layout_of_redis()
    {
        foreach (CommandSpec container in CommandTable.All.Where(spec => spec.IsContainer))
        {
            RespNode theirs = redis.Call(container.Name, "HELP");
            // Outside a cluster CLUSTER has no help either.
            if (container.Name == "cluster")
            {
                Assert.True(theirs.IsError);
                continue;
            }

            RespNode ours = RespSink.Run(reply => CommandHelp.Write(container, reply));
            Assert.Equal(theirs.Items[0], ours.Items[0]);
            Assert.Equal(theirs.Items[^2], ours.Items[^2]);
            Assert.Equal(theirs.Items[^1].Kind, ours.Items[^1].Kind);
            Assert.StartsWith("    ", ours.Items[^1].Text, StringComparison.Ordinal);
        }
    }

    [RedisFact]
    public void Glob_patterns_match_the_same_keys()
    {
        const string letters = "abB]-[^\\*?";
        const int seed = 20260101, keyCount = 300, patternCount = 3000;
        var random = new Random(seed);
        string Make(int lengthMax) => new(random.GetItems(letters.AsSpan(), random.Next(1, lengthMax + 1)));

        string[] keys = [.. Enumerable.Range(0, keyCount).Select(_ => Make(5)).Distinct()];
        redis.Call("FLUSHALL");
        redis.Call(["MSET", .. keys.SelectMany(key => new[] { key, "" })]);
        for (int i = 0; i < patternCount; i++)
        {
            string pattern = Make(8);
            byte[] patternBytes = Encoding.ASCII.GetBytes(pattern);
            IEnumerable<string> theirs = redis.Call("KEYS", pattern).Items.Select(item => item.Text);
            IEnumerable<string> ours = keys.Where(
                key => GlobPattern.IsMatch(patternBytes, Encoding.ASCII.GetBytes(key)));
            string their = string.Join(' ', theirs.Order(StringComparer.Ordinal));
            string our = string.Join(' ', ours.Order(StringComparer.Ordinal));
            Assert.True(their == our, $"seed {seed}, pattern {pattern}\n  redis {their}\n  pkv   {our}");
        }
    }

    // All ten details, without the remarks on key specs (our own words) and the subcommands (compared one by one).
    private static string Details(RespNode info)
    {
        if (info.Items.Count == 0)
            return info.ToString();
        RespNode keySpecs = info.Items[KeySpecsDetail];
        keySpecs = keySpecs with { Items = [.. keySpecs.Items.Select(spec => spec.Without("notes"))] };
        IEnumerable<RespNode> details = info.Items.Take(KeySpecsDetail).Append(keySpecs);
        char subcommandsKind = info.Items[SubcommandsDetail].Kind;
        return $"{string.Join(", ", details)}, {subcommandsKind}";
    }

    // The names of all members in their order, then the members that are facts and no prose.
    private static string Facts(string name, RespNode docs)
    {
        string[] prose = ["summary", "complexity", "history", "replaced_by", "subcommands"];
        bool hasOwnArguments = _argumentsOfOurOwn.Contains(name);
        RespNode facts = hasOwnArguments ? docs.Without([.. prose, "arguments"]) : docs.Without(prose);
        IEnumerable<string> members = docs.Items.Where((_, i) => i % 2 == 0).Select(item => item.Text)
            .Where(member => !hasOwnArguments || member != "arguments");
        IEnumerable<string>? versions = docs["history"]?.Items.Select(change => change.Items[0].Text).Distinct();
        return $"{string.Join(' ', members)}: {facts} {string.Join(' ', versions ?? [])}";
    }

    private static string Among(RespNode list, string[] known) => list.Kind == '-'
        ? list.ToString()
        : string.Join(' ', list.Items.Select(item => item.Text).Intersect(known).Order(StringComparer.Ordinal));

    private static string[] FullNames() => [.. CommandTable.Everything.Select(spec => spec.FullName)];

    private static byte[][] Bytes(string[] texts) => [.. texts.Select(Encoding.ASCII.GetBytes)];
}
