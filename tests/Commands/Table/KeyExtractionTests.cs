using System.Text;
using Pkv.Engine.Table;
using Pkv.Resp;
using Xunit;

namespace Pkv.Tests.Commands.Table;

/// <summary>Where keys stand: in the table's commands, and by every kind of key spec that later groups need.</summary>
public sealed class KeyExtractionTests
{
    [Theory]
    [InlineData("get", 2, "1")]
    [InlineData("set", 5, "1")]
    [InlineData("mget", 4, "1 2 3")]
    [InlineData("mset", 7, "1 3 5")]
    [InlineData("mset", 6, "1 3 5")]
    [InlineData("rename", 3, "1 2")]
    [InlineData("copy", 5, "1 2")]
    [InlineData("lcs", 6, "1 2")]
    [InlineData("object|encoding", 3, "2")]
    [InlineData("ping", 1, "")]
    [InlineData("del", 1, "")]
    public void Range_of_a_call(string fullName, int argc, string expected)
    {
        KeyPositions keys = KeyPositions.For(CommandTable.FindFull(Encoding.ASCII.GetBytes(fullName))!, argc);
        var found = new List<int>();
        for (int i = keys.First; i <= keys.Last; i += keys.Step)
            found.Add(i);
        Assert.Equal(expected, string.Join(' ', found));
        Assert.Equal(found.Count, keys.Count);
    }

    [Fact]
    public void Range_and_key_specs_agree_for_every_command_of_the_table()
    {
        foreach (CommandSpec spec in CommandTable.Everything.Where(spec => spec.HasKeys && !spec.Flags.HasFlag(CommandFlags.MovableKeys)))
        {
            for (int argc = Math.Abs(spec.Arity); argc <= (spec.Arity < 0 ? 9 : spec.Arity); argc++)
            {
                KeyPositions range = KeyPositions.For(spec, argc);
                string[] call = [.. Enumerable.Range(0, argc).Select(i => $"a{i}")];
                Assert.Equal(
                    Enumerable.Range(0, range.Count).Select(i => range.First + (i * range.Step)),
                    Find(spec, call)!.Select(key => key.Position));
            }
        }
    }

    // The specs of ZUNIONSTORE, EVAL, XREAD, GEORADIUS's STORE, and a range that only reaches half way.
    public static TheoryData<string, string, string?> Calls => new()
    {
        { "count", "zunion 2 a b", "2 3" },
        { "count", "zunion 2 a b weights 1 1", "2 3" },
        { "count", "zunion 9 a b", null },
        { "count", "zunion 0", null },
        { "count", "zunion x a b", null },
        { "count", "zunion -1 a b", null },
        { "count", "zunion 99999999999 a b", null },
        { "count", "zunion", null },
        { "half", "xread block 0 STREAMS a b 0-0 0-0", "4 5" },
        { "half", "xread streams a 0", "2" },
        { "half", "xread block 0", null },
        { "backwards", "migrate h 1 k 0 5 keys a b", "7 8" },
        { "backwards", "migrate h 1 k 0 5", null },
        { "unknown", "sort a store b", null },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Movable_keys(string kind, string call, string? expected)
    {
        KeySpec keySpec = kind switch
        {
            "count" => KeySpec.Counted(1, 0, 1, 1, KeySpecFlags.Ro),
            "half" => KeySpec.After("STREAMS", 1, -1, 1, 2, KeySpecFlags.Ro),
            "backwards" => KeySpec.After("KEYS", -2, -1, 1, 0, KeySpecFlags.Ro),
            _ => KeySpec.Somewhere(KeySpecFlags.Ro | KeySpecFlags.Incomplete),
        };
        CommandSpec spec = Bound(keySpec);
        Assert.True(spec.Flags.HasFlag(CommandFlags.MovableKeys));
        Assert.Equal((0, 0, 0), (spec.FirstKey, spec.LastKey, spec.KeyStep));

        List<KeyReference>? keys = Find(spec, call.Split(' '));
        Assert.Equal(expected, keys is null ? null : string.Join(' ', keys.Select(key => key.Position)));
    }

    // What dispatch locks: the key before the count, as ZUNIONSTORE has one, and those behind it.
    [Theory]
    [InlineData("store d 2 a b", "1 3 4")]
    [InlineData("store d 2 a b c weights 1", "1 3 4")]
    [InlineData("store d 9 a b", "1 3 4")]
    [InlineData("store d 9223372036854775807 a", "1 3")]
    [InlineData("store d 0 a", "1")]
    [InlineData("store d -1 a", "1")]
    [InlineData("store d x a", "1")]
    [InlineData("store d 1", "1")]
    [InlineData("store d", "1")]
    public unsafe void Counted_keys_stand_behind_the_others(string call, string expected)
    {
        CommandSpec spec = Bound(KeySpec.At(1, KeySpecFlags.Ow), KeySpec.Counted(2, 0, 1, 1, KeySpecFlags.Ro));
        byte[] bytes = Encoding.ASCII.GetBytes(call);
        using var args = new ArgList();
        fixed (byte* data = bytes)
        {
            int at = 0;
            foreach (string word in call.Split(' '))
            {
                args.Add(data + at, word.Length, framed: false);
                at += word.Length + 1;
            }

            var found = new List<int>();
            foreach (KeyPositions keys in (KeyPositions[])[KeyPositions.For(spec, args.Count), KeyPositions.Counted(spec, args)])
            {
                for (int i = keys.First; i <= keys.Last; i += keys.Step)
                    found.Add(i);
            }

            Assert.Equal(expected, string.Join(' ', found));
        }
    }

    [Fact]
    public void Adjacent_ranges_join_and_others_make_keys_movable()
    {
        CommandSpec joined = Bound(KeySpec.At(1, KeySpecFlags.Ro), KeySpec.Range(2, -1, 1, KeySpecFlags.Rw));
        Assert.Equal((1, -1, 1), (joined.FirstKey, joined.LastKey, joined.KeyStep));
        Assert.False(joined.Flags.HasFlag(CommandFlags.MovableKeys));

        CommandSpec apart = Bound(KeySpec.At(1, KeySpecFlags.Ro), KeySpec.At(4, KeySpecFlags.Ro));
        Assert.Equal((1, 1, 1), (apart.FirstKey, apart.LastKey, apart.KeyStep));
        Assert.True(apart.Flags.HasFlag(CommandFlags.MovableKeys));
    }

    [Theory]
    [InlineData("set k v", KeySpecFlags.Ow | KeySpecFlags.Update)]
    [InlineData("set k get", KeySpecFlags.Ow | KeySpecFlags.Update)]
    [InlineData("set k v ex 9 GeT", KeySpecFlags.Rw | KeySpecFlags.Access | KeySpecFlags.Update)]
    public void Set_reads_only_with_get(string call, KeySpecFlags expected)
    {
        KeyReference key = Assert.Single(Find(CommandTable.Find("set"u8)!, call.Split(' '))!);
        Assert.Equal(expected, key.Flags);
    }

    private static CommandSpec Bound(params KeySpec[] keySpecs)
    {
        var spec = new CommandSpec("test", -1, CommandGroup.Generic, CommandFlags.None)
        {
            Since = "1.0.0",
            Summary = "For tests.",
            KeySpecs = keySpecs,
        };
        spec.Bind(null, []);
        return spec;
    }

    private static List<KeyReference>? Find(CommandSpec spec, string[] call)
    {
        byte[][] arguments = [.. call.Select(Encoding.ASCII.GetBytes)];
        var keys = new List<KeyReference>();
        return KeyExtraction.TryFind(spec, arguments, keys) ? keys : null;
    }
}
