using static Pkv.Engine.Table.CommandArgument;
using static Pkv.Engine.Table.CommandFlags;
using static Pkv.Engine.Table.KeySpecFlags;

namespace Pkv.Engine.Table.Data;

/// <summary>
/// The bitmap commands. Arity, flags, keys, categories, tips and arguments are those
/// of Redis 7.0, with which a test compares them.
/// </summary>
internal static class BitmapSpecs
{
    private const CommandGroup Group = CommandGroup.Bitmap;

    /// <summary>The group's part of the table, by name.</summary>
    public static CommandSpec[] All { get; } =
    [
        new("bitcount", -2, Group, ReadOnly)
        {
            Since = "2.6.0", Complexity = "O(N), N the bytes counted",
            Summary = "Counts the set bits of a string, or of a part of it.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Block("index", Integer("start"), Integer("end"), Unit()).Optional()],
            History = [new("7.0.0", "`BYTE|BIT`.")],
        },

        new("bitfield", -2, Group, Write | DenyOom)
        {
            Since = "3.2.0", Complexity = "O(1) for each operation",
            Summary = "Returns and changes integers of any width at any bit of a string.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs =
            [
                KeySpec.At(1, Rw | Access | Update | VariableFlags) with
                {
                    Notes = "RW and update unless all operations are GET",
                    DecidingTokens = ["SET", "INCRBY"],
                    FlagsWithoutToken = Ro | Access,
                },
            ],
            Arguments =
            [
                Key(),
                OneOf("operation",
                    Field("encoding_offset").After("GET"),
                    Block("write",
                        OneOf("wrap_sat_fail", Word("WRAP"), Word("SAT"), Word("FAIL")).After("OVERFLOW").Optional(),
                        OneOf("write_operation",
                            Block("encoding_offset_value", Text("encoding"), Integer("offset"), Integer("value")).After("SET"),
                            Block("encoding_offset_increment", Text("encoding"), Integer("offset"), Integer("increment"))
                                .After("INCRBY")))).Optional().Multiple(),
            ],
        },

        new("bitfield_ro", -2, Group, ReadOnly | Fast)
        {
            Since = "6.0.0", Complexity = "O(1) for each operation",
            Summary = "Returns integers of any width at any bit of a string.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(),
                Field("encoding_offset").After("GET") with
                {
                    Flags = ArgumentFlags.Optional | ArgumentFlags.Multiple | ArgumentFlags.MultipleToken,
                },
            ],
        },

        new("bitop", -4, Group, Write | DenyOom)
        {
            Since = "2.6.0", Complexity = "O(N), N the bytes of the longest string",
            Summary = "Stores the bitwise AND, OR, XOR or NOT of strings.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs = [KeySpec.At(2, Ow | Update), KeySpec.Range(3, -1, 1, Ro | Access)],
            Arguments = [Text("operation"), Key("destkey"), Key("key", 1).Multiple()],
        },

        new("bitpos", -3, Group, ReadOnly)
        {
            Since = "2.8.7", Complexity = "O(N), N the bytes looked at",
            Summary = "Finds the first bit that is set or clear.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments =
            [
                Key(), Integer("bit"),
                Block("index", Integer("start"), Block("end_index", Integer("end"), Unit()).Optional()).Optional(),
            ],
            History = [new("7.0.0", "`BYTE|BIT`.")],
        },

        new("getbit", 3, Group, ReadOnly | Fast)
        {
            Since = "2.2.0", Complexity = "O(1)",
            Summary = "Returns one bit of a string.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs = [KeySpec.At(1, Ro | Access)],
            Arguments = [Key(), Integer("offset")],
        },

        new("setbit", 4, Group, Write | DenyOom)
        {
            Since = "2.2.0", Complexity = "O(N), N the bytes of the string",
            Summary = "Sets or clears one bit of a string and returns its old value.",
            StatedCategories = AclCategories.Bitmap,
            KeySpecs = [KeySpec.At(1, Rw | Access | Update)],
            Arguments = [Key(), Integer("offset"), Integer("value")],
        },
    ];

    private static CommandArgument Unit() => OneOf("index_unit", Word("BYTE"), Word("BIT")).From("7.0.0").Optional();

    private static CommandArgument Field(string name) => Block(name, Text("encoding"), Integer("offset"));
}
