using System.Text;
using Pkv.Engine.Table;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Table;

/// <summary>The table itself: names are found in any case and nothing else is, without allocation.</summary>
public sealed class CommandTableTests
{
    [Fact]
    public void Finds_every_command_in_any_case()
    {
        foreach (CommandSpec spec in CommandTable.All)
        {
            foreach (string name in Spellings(spec.Name))
                Assert.Same(spec, CommandTable.Find(Bytes(name)));
        }
    }

    [Fact]
    public void Finds_every_subcommand_in_any_case()
    {
        foreach (CommandSpec sub in CommandTable.Everything.Where(spec => spec.Parent is not null))
        {
            foreach (string name in Spellings(sub.Name))
                Assert.Same(sub, CommandTable.FindSub(sub.Parent!, Bytes(name)));
            foreach (string name in Spellings(sub.FullName))
                Assert.Same(sub, CommandTable.FindFull(Bytes(name)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("ge")]
    [InlineData("gett")]
    [InlineData("nosuchcommand")]
    [InlineData("a-name-of-exactly-32-bytes-......")]
    [InlineData("a-name-longer-than-any-command-of-redis-has")]
    [InlineData("get\0")]
    [InlineData("get\u0001")]
    public void Finds_no_unknown_name(string name) => Assert.Null(CommandTable.Find(Bytes(name)));

    [Fact]
    public void Finds_no_name_with_one_bit_flipped_unless_it_is_the_bit_of_case()
    {
        foreach (CommandSpec spec in CommandTable.All)
        {
            byte[] name = Bytes(spec.Name);
            for (int bit = 0; bit < name.Length * 8; bit++)
            {
                byte[] flipped = [.. name];
                flipped[bit >> 3] ^= (byte)(1 << (bit & 7));
                bool isCaseOnly = Ascii.EqualsIgnoreCase(name, flipped);
                CommandSpec? expected = isCaseOnly ? spec : ByName(Encoding.Latin1.GetString(flipped));
                Assert.Same(expected, CommandTable.Find(flipped));
            }
        }
    }

    [Theory]
    [InlineData("config|")]
    [InlineData("|get")]
    [InlineData("|")]
    [InlineData("config|get|x")]
    [InlineData("get|x")]
    [InlineData("nosuch|get")]
    public void Finds_no_unknown_full_name(string name) => Assert.Null(CommandTable.FindFull(Bytes(name)));

    [Fact]
    public void A_command_without_subcommands_has_none_to_find() =>
        Assert.Null(CommandTable.FindSub(CommandTable.Find("get"u8)!, "get"u8));

    [Fact]
    public void Finding_allocates_nothing()
    {
        byte[][] names = [.. CommandTable.All.Select(spec => Bytes(spec.Name.ToUpperInvariant())), Bytes("nosuch")];
        CommandSpec config = CommandTable.Find("config"u8)!;
        CommandSpec set = CommandTable.Find("set"u8)!;
        int hits = 0, keys = 0, rounds = 0;
        void Find()
        {
            foreach (byte[] name in names)
                hits += CommandTable.Find(name) is null ? 0 : 1;
            hits += CommandTable.FindSub(config, "RESETSTAT"u8) is null ? 0 : 1;
            keys += KeyPositions.For(set, 3).Count;
            rounds++;
        }
        Find();
        Assert.Equal(0, AllocatedBytes.Least(() =>
        {
            for (int round = 0; round < 100; round++)
                Find();
        }));
        Assert.Equal(rounds * names.Length, hits);
        Assert.Equal(rounds, keys);
    }

    [Fact]
    public void Indexes_are_the_places_in_the_list_of_everything()
    {
        Assert.Equal(Enumerable.Range(0, CommandTable.IndexCount), CommandTable.Everything.Select(spec => spec.Index));
        Assert.Equal(CommandTable.IndexCount, CommandTable.All.Sum(spec => 1 + spec.Subcommands.Count));
    }

    [Fact]
    public void Every_command_says_what_it_does_in_one_line()
    {
        foreach (CommandSpec spec in CommandTable.Everything)
        {
            Assert.InRange(spec.Summary.Length, 10, 100);
            Assert.EndsWith(".", spec.Summary, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", spec.Summary, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("get", 2, true)]
    [InlineData("get", 1, false)]
    [InlineData("get", 3, false)]
    [InlineData("set", 2, false)]
    [InlineData("set", 3, true)]
    [InlineData("set", 9, true)]
    public void Accepts_counts_by_arity(string name, int argc, bool isAccepted) =>
        Assert.Equal(isAccepted, ByName(name)!.AcceptsCount(argc));

    private static IEnumerable<string> Spellings(string name) =>
    [
        name,
        name.ToUpperInvariant(),
        char.ToUpperInvariant(name[0]) + name[1..],
        string.Concat(name.Select((c, i) => i % 2 == 0 ? c : char.ToUpperInvariant(c))),
    ];

    private static CommandSpec? ByName(string name) =>
        CommandTable.All.FirstOrDefault(spec => spec.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
