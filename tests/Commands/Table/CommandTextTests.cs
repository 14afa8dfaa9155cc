using System.Text;
using Pkv.Engine.Table;
using Pkv.Engine.Table.Queries;
using Xunit;

namespace Pkv.Tests.Commands.Table;

/// <summary>The texts written from the table: syntax lines, HELP, the docs' page; and the replies' shapes.</summary>
public sealed class CommandTextTests
{
    [Theory]
    [InlineData("ping", "[message]")]
    [InlineData("del", "key [key ...]")]
    [InlineData("mset", "key value [key value ...]")]
    [InlineData("info", "[section [section ...]]")]
    [InlineData("scan", "cursor [MATCH pattern] [COUNT count] [TYPE type]")]
    [InlineData("set", "key value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|"
        + "PXAT unix-time-milliseconds|KEEPTTL]")]
    [InlineData("client|no-evict", "(ON|OFF)")]
    [InlineData("client|list", "[TYPE (NORMAL|MASTER|REPLICA|PUBSUB)] [ID client-id [client-id ...]]")]
    [InlineData("hello", "[protover [AUTH username password] [SETNAME clientname]]")]
    public void Syntax_of(string fullName, string expected) =>
        Assert.Equal(expected, CommandSyntax.Plain(CommandTable.FindFull(Encoding.ASCII.GetBytes(fullName))!));

    [Fact]
    public void A_repeated_token_is_shown_repeated()
    {
        CommandArgument get = CommandArgument.Text("pattern", "GET") with
        {
            Flags = ArgumentFlags.Optional | ArgumentFlags.Multiple | ArgumentFlags.MultipleToken,
        };
        var spec = new CommandSpec("sort", -2, CommandGroup.Generic, CommandFlags.None)
        {
            Since = "1.0.0",
            Summary = "For tests.",
            Arguments = [get],
        };
        Assert.Equal("[GET pattern [GET pattern ...]]", CommandSyntax.Plain(spec));
    }

    [Fact]
    public void Help_lists_every_subcommand_and_ends_with_itself()
    {
        CommandSpec slowlog = CommandTable.Find("slowlog"u8)!;
        string[] lines = [.. RespSink.Run(reply => CommandHelp.Write(slowlog, reply)).Items.Select(item => item.Text)];
        Assert.Equal(
            [
                "SLOWLOG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
                "GET [<count>]", "    Returns the latest entries of the slow log.",
                "LEN", "    Counts the entries.",
                "RESET", "    Removes all entries.",
                "HELP", "    Prints this help.",
            ],
            lines);
    }

    [Fact]
    public void The_page_for_the_docs_names_every_command()
    {
        string page = CommandDocs.Markdown();
        foreach (CommandSpec spec in CommandTable.Everything.Where(spec => !spec.IsContainer))
            Assert.Contains($"| `{spec.FullName.Replace('|', ' ').ToUpperInvariant()}", page, StringComparison.Ordinal);
        Assert.Contains("| `COMMAND` | -1 |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("| `CONFIG` |", page, StringComparison.Ordinal);
        Assert.All(page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)),
            line => Assert.Equal(4, line.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
    }

    [Fact]
    public void Without_names_info_and_docs_tell_of_every_command()
    {
        int count = CommandTable.All.Count;
        Assert.Equal(count, RespSink.Run(CommandQueries.All).Items.Count);
        Assert.Equal(count, RespSink.Run(reply => CommandQueries.Info([], reply)).Items.Count);
        Assert.Equal(count * 2, RespSink.Run(reply => CommandQueries.Docs([], reply)).Items.Count);
        Assert.Equal($":{count}", RespSink.Run(CommandQueries.Count).ToString());
    }
}
