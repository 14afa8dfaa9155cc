using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pkv.Server.Commands.Table;

/// <summary>
/// Finds a command by its name in any case: an open-addressing table, built once, at most a quarter full. A name of up
/// to 16 bytes is told wholly by its length and two (overlapping) folded words, so a find is a few shifts, one multiply
/// and usually one probe of three compares; only longer names are compared byte by byte. Immutable; does not allocate.
/// </summary>
internal sealed class CommandNameIndex
{
    /// <summary>
    /// Longest name, in bytes: more than any Redis command has, and a bound on the work for garbage names.
    /// </summary>
    public const int NameLengthMax = 32;

    private const int FoldedLengthMax = 2 * sizeof(ulong);

    private readonly Slot[] _slots;
    private readonly int _shift;

    /// <summary>Builds the index over the names of the given commands.</summary>
    public CommandNameIndex(IReadOnlyCollection<CommandSpec> specs)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, specs.Count * 4));
        _slots = new Slot[size];
        _shift = 64 - BitOperations.Log2((uint)size);
        foreach (CommandSpec spec in specs)
            Add(spec);
    }

    /// <summary>The command of that name, ASCII letters in any case, or null.</summary>
    public CommandSpec? Find(ReadOnlySpan<byte> name)
    {
        if ((uint)(name.Length - 1) >= NameLengthMax)
            return null;

        Fold(name, out ulong head, out ulong tail);
        Slot[] slots = _slots;
        for (int at = SlotOf(head, tail, name.Length); ; at = (at + 1) & (slots.Length - 1))
        {
            ref readonly Slot slot = ref slots[at];
            if (slot.Spec is null)
                return null;
            if (slot.Head == head && slot.Tail == tail && slot.Length == name.Length
                && (name.Length <= FoldedLengthMax || Ascii.EqualsIgnoreCase(name, slot.Spec.Name)))
                return slot.Spec;
        }
    }

    private void Add(CommandSpec spec)
    {
        byte[] name = Encoding.ASCII.GetBytes(spec.Name);
        if (name.Length is 0 or > NameLengthMax || Find(name) is not null)
            throw new InvalidOperationException($"command name '{spec.Name}' is empty, too long or given twice");

        Fold(name, out ulong head, out ulong tail);
        int at = SlotOf(head, tail, name.Length);
        while (_slots[at].Spec is not null)
            at = (at + 1) & (_slots.Length - 1);
        _slots[at] = new Slot { Head = head, Tail = tail, Length = name.Length, Spec = spec };
    }

    // The first and the last eight bytes in lower case; they overlap for names of 8 to 15 bytes, and together with the
    // length still tell every byte of a name of up to 16.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fold(ReadOnlySpan<byte> name, out ulong head, out ulong tail)
    {
        if (name.Length >= sizeof(ulong))
        {
            head = ToLower(BinaryPrimitives.ReadUInt64LittleEndian(name));
            tail = ToLower(BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]));
        }
        else if (name.Length >= sizeof(uint))
        {
            ulong low = BinaryPrimitives.ReadUInt32LittleEndian(name);
            ulong high = BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..]);
            head = ToLower(low | (high << 32));
            tail = 0;
        }
        else
        {
            // One to three bytes: first, middle and last tell them all.
            head = ToLower(name[0] | ((ulong)name[name.Length >> 1] << 8) | ((ulong)name[^1] << 16));
            tail = 0;
        }
    }

    // Lower-cases the ASCII letters of eight bytes at once, leaving all other bytes as they are: adding pushes a byte's
    // top bit up exactly if its low seven bits are >= 'A' (respectively > 'Z'); the difference of the two marks A..Z.
    private static ulong ToLower(ulong bytes)
    {
        const ulong each = 0x0101010101010101, top = 0x80 * each;
        ulong low7 = bytes & ~top;
        ulong fromA = low7 + ((0x80 - 'A') * each);
        ulong beyondZ = low7 + ((0x7F - 'Z') * each);
        ulong isUpper = (fromA ^ beyondZ) & ~bytes & top;
        return bytes | (isUpper >> 2);
    }

    // Fibonacci hashing; the rotation keeps head and tail from cancelling out in names such as "bitbit".
    private int SlotOf(ulong head, ulong tail, int length) =>
        (int)(((head ^ BitOperations.RotateLeft(tail, 23) ^ (uint)length) * 0x9E3779B97F4A7C15) >> _shift);

    private struct Slot
    {
        public ulong Head;
        public ulong Tail;
        public int Length;
        public CommandSpec? Spec;
    }
}
