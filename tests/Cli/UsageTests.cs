using Pkv.Cli;
using Pkv.Cli.Verbs;
using Xunit;

namespace Pkv.Tests.Cli;

/// <summary>What pkv says of itself, and what it says to a command line that is wrong: one line, always of the same form.</summary>
public sealed class UsageTests
{
    public static TheoryData<string> Verbs => [.. VerbTable.All.Select(v => v.Name)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Each_verb_has_help_of_its_own_which_names_all_its_options(string name)
    {
        Verb verb = VerbTable.Find(name);
        foreach (string[] question in new string[][] { [name, "--help"], [name, "-h"], [name, "a", "b", "--help"], ["help", name] })
        {
            CliRun run = CliRun.Of(question);
            Assert.True(run.Code == 0, run.ToString());
            Assert.Equal("", run.Error);
            Assert.StartsWith($"usage: pkv {name} ", run.Out);
            Assert.Contains("exit codes: 0 ", run.Out);
            foreach (string option in verb.Switches.Concat(verb.Options))
                Assert.Contains($"--{option}", run.Out);
        }
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void The_usage_lists_every_verb(string question)
    {
        CliRun run = CliRun.Of(question);
        Assert.True(run.Code == 0, run.ToString());
        foreach (Verb verb in VerbTable.All)
            Assert.Contains($"\n  {verb.Name} ", run.Out);
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    public void The_version_is_one_line(string question)
    {
        CliRun run = CliRun.Of(question);
        Assert.True(run.Code == 0, run.ToString());
        Assert.Matches(@"^pkv \d+\.\d+\.\d+\S*, pool format \d+\n$", run.Out);
    }

    [Theory]
    [InlineData("a verb is missing (see pkv help)")]
    [InlineData("there is no verb 'chek'; did you mean check? (see pkv help)", "chek")]
    [InlineData("there is no verb 'export'; did you mean export-aof? (see pkv help)", "export")]
    [InlineData("there is no verb 'frobnicate' (see pkv help)", "frobnicate")]
    [InlineData("there is no verb 'chek'; did you mean check? (see pkv help)", "help", "chek")]
    [InlineData("there is no option --verbose before the verb (see pkv help)", "--verbose", "check")]
    [InlineData("there is no option -v before the verb (see pkv help)", "-v")]
    [InlineData("the pool's path is missing (see pkv check --help)", "check")]
    [InlineData("unexpected argument 'b' (see pkv check --help)", "check", "a", "b")]
    [InlineData("there is no option --deep for check (see pkv check --help)", "check", "a", "--deep", "yes")]
    [InlineData("there is no option --josn for stat; did you mean --json? (see pkv stat --help)", "stat", "a", "--josn")]
    [InlineData("there is no option --JSON for stat; did you mean --json? (see pkv stat --help)", "stat", "a", "--JSON")]
    [InlineData("there is no option -p for ping; did you mean --port? (see pkv ping --help)", "ping", "-p", "6379")]
    [InlineData("there is no option -host for ping; did you mean --host? (see pkv ping --help)", "ping", "-host", "a")]
    [InlineData("there is no option --skip for import-rdb; did you mean --skip-unsupported? (see pkv import-rdb --help)", "import-rdb", "a", "b", "--skip")]
    [InlineData("there is no option --aof-load-truncated for import-rdb (see pkv import-rdb --help)", "import-rdb", "a", "b", "--aof-load-truncated=no")]
    [InlineData("--medium needs a value (see pkv check --help)", "check", "a", "--medium")]
    [InlineData("--to needs a value (see pkv salvage --help)", "salvage", "a", "--to", "--pool-size", "1gb")]
    [InlineData("--to is given twice (see pkv salvage --help)", "salvage", "a", "--to", "b", "--to=c")]
    [InlineData("--to NEWPOOL is missing (see pkv salvage --help)", "salvage", "a")]
    [InlineData("--to SIZE is missing (see pkv grow --help)", "grow", "a")]
    [InlineData("--to: 'much' is not a size (like 4gb) (see pkv grow --help)", "grow", "a", "--to", "much")]
    [InlineData("--json takes no value (see pkv stat --help)", "stat", "a", "--json=yes")]
    [InlineData("--medium: 'tape' is not one of auto, dax, dram, file (see pkv check --help)", "check", "a", "--medium", "tape")]
    [InlineData("--databases: '0' is not a number of databases (1 to 65536) (see pkv check --help)", "check", "a", "--databases", "0")]
    [InlineData("--port: '70000' is not a port (1 to 65535) (see pkv ping --help)", "ping", "--port", "70000")]
    [InlineData("--aof-load-truncated: 'maybe' is not yes or no (see pkv import-aof --help)", "import-aof", "a", "b", "--aof-load-truncated", "maybe")]
    public void Wrong_use_is_one_line_that_says_where_to_look(string line, params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        Assert.Equal(2, run.Code);
        Assert.Equal($"pkv: {line}\n", run.Error);
        Assert.Equal("", run.Out);
    }

    [Fact]
    public void Behind_two_dashes_everything_is_a_word()
    {
        CliRun run = CliRun.Of("check", "--", "--help");
        Assert.Equal(2, run.Code);
        Assert.Contains("cannot open the pool", run.Error);
        Assert.Contains("--help: No such file or directory", run.Error);
    }

    [Theory]
    [InlineData("josn", "json")]
    [InlineData("medum", "medium")]
    [InlineData("mediumm", "medium")]
    [InlineData("p", "port")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("tape", null)]
    public void The_nearest_word_is_one_that_could_have_been_meant(string word, string? nearest) =>
        Assert.Equal(nearest, NearestWord.Of(word, ["json", "medium", "port"]));
}
