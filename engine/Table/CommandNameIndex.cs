using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Pkv.Engine.Table;

/// <summary>
/// Finds a command by its name in any case: an open-addressing table, built once, at most a quarter full. A name of up
/// to 16 bytes is told completely by its length and two (overlapping) words, and case is folded by a mask that each slot
/// keeps of where its name has letters; so a find is a few loads, one multiply and usually one probe. Only longer names
/// are compared byte by byte. Immutable; does not allocate.
/// </summary>
internal sealed class CommandNameIndex
{
    /// <summary>
    /// Longest name, in bytes: more than any Redis command has, and a bound on the work for garbage names.
    /// </summary>
    public const int NameLengthMax = 32;

    // The bit that tells 'a' from 'A'.
    private const byte CaseBit = 0x20;

    private const int WordsLengthMax = 2 * sizeof(ulong);

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

        Load(name, out ulong head, out ulong tail);
        Slot[] slots = _slots;
        for (int at = SlotOf(head, tail, name.Length); ; at = (at + 1) & (slots.Length - 1))
        {
            ref readonly Slot slot = ref slots[at];
            if (slot.Spec is null)
                return null;
            if ((head | slot.HeadCase) == slot.Head && (tail | slot.TailCase) == slot.Tail && slot.Length == name.Length
                && (name.Length <= WordsLengthMax || Ascii.EqualsIgnoreCase(name, slot.Spec.Name)))
                return slot.Spec;
        }
    }

    private void Add(CommandSpec spec)
    {
        byte[] name = Encoding.ASCII.GetBytes(spec.Name);
        if (name.Length is 0 or > NameLengthMax || Find(name) is not null)
            throw new InvalidOperationException($"command name '{spec.Name}' is empty, too long or given twice");

        byte[] caseBits = [.. name.Select(value => char.IsAsciiLetter((char)value) ? CaseBit : (byte)0)];
        Load(name, out ulong head, out ulong tail);
        Load(caseBits, out ulong headCase, out ulong tailCase);
        int at = SlotOf(head, tail, name.Length);
        while (_slots[at].Spec is not null)
            at = (at + 1) & (_slots.Length - 1);
        _slots[at] = new Slot
        {
            Head = head | headCase,
            Tail = tail | tailCase,
            HeadCase = headCase,
            TailCase = tailCase,
            Length = name.Length,
            Spec = spec,
        };
    }

    // The first and the last eight bytes; they overlap for names of 8 to 15 bytes, and together with the length still
    // tell every byte of a name of up to 16.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(ReadOnlySpan<byte> name, out ulong head, out ulong tail)
    {
        tail = 0;
        if (name.Length >= sizeof(ulong))
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(name);
            tail = BinaryPrimitives.ReadUInt64LittleEndian(name[^sizeof(ulong)..]);
        }
        else if (name.Length >= sizeof(uint))
        {
            ulong low = BinaryPrimitives.ReadUInt32LittleEndian(name);
            ulong high = BinaryPrimitives.ReadUInt32LittleEndian(name[^sizeof(uint)..]);
            head = low | (high << 32);
        }
        else
        {
            // One to three bytes: first, middle and last tell them all.
            head = name[0] | ((ulong)name[name.Length >> 1] << 8) | ((ulong)name[^1] << 16);
        }
    }

    // Fibonacci hashing of the bytes without their case bits: all spellings of a name meet in one slot, and the few
    // other bytes that do too fail the compare. The rotation keeps equal head and tail from cancelling out.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(ulong head, ulong tail, int length)
    {
        const ulong anyCase = CaseBit * 0x0101010101010101UL;
        ulong mixed = (head | anyCase) ^ BitOperations.RotateLeft(tail | anyCase, 23) ^ (uint)length;
        return (int)((mixed * 0x9E3779B97F4A7C15) >> _shift);
    }

    private struct Slot
    {
        public ulong Head;
        public ulong Tail;
        public ulong HeadCase;
        public ulong TailCase;
        public int Length;
        public CommandSpec? Spec;
    }
}
