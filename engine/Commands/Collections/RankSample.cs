using System.Numerics;
using System.Runtime.InteropServices;

namespace Pkv.Engine.Commands.Collections;

/// <summary>
/// Picks distinct random ranks of a collection, each set of them with the same probability (SPOP, SRANDMEMBER, HRANDFIELD
/// with a count). A few are drawn one by one into a small array; for many, a bitmap with one bit for each element marks
/// those wanted or those left out, whichever are fewer. Off the managed heap.
/// </summary>
public unsafe ref struct RankSample
{
    /// <summary>Ranks that are compared one by one: 64² / 2 comparisons are about a microsecond.</summary>
    private const int FewMax = 64;

    private fixed uint _few[FewMax];
    private readonly ulong* _bitmap;
    private readonly uint _words;
    private readonly int _count;
    private int _next;
    private uint _word;
    private ulong _rest;

    /// <param name="size">Elements to draw from.</param>
    /// <param name="count">How many; fewer than there are.</param>
    public RankSample(uint size, int count)
    {
        _count = count;
        if (count <= FewMax)
        {
            for (int drawn = 0; drawn < count;)
            {
                uint rank = (uint)Random.Shared.NextInt64(size);
                if (!IsAmongFew(rank, drawn))
                    _few[drawn++] = rank;
            }
            return;
        }
        _words = (size + 63) / 64;
        _bitmap = (ulong*)NativeMemory.AllocZeroed(_words, sizeof(ulong));
        bool inverted = (uint)count > size / 2;
        for (uint left = inverted ? size - (uint)count : (uint)count; left > 0;)
        {
            uint rank = (uint)Random.Shared.NextInt64(size);
            ulong bit = 1UL << (int)(rank & 63);
            if ((_bitmap[rank >> 6] & bit) != 0)
                continue;
            _bitmap[rank >> 6] |= bit;
            left--;
        }
        if (inverted)
            Invert(size);
        _rest = _bitmap[0];
    }

    /// <summary>The next rank; ascending when there are many. False: all were told.</summary>
    public bool TryNext(out uint rank)
    {
        rank = 0;
        if (_next == _count)
            return false;
        if (_bitmap == null)
        {
            rank = _few[_next++];
            return true;
        }
        while (_rest == 0)
            _rest = _bitmap[++_word];
        rank = _word * 64 + (uint)BitOperations.TrailingZeroCount(_rest);
        _rest &= _rest - 1;
        _next++;
        return true;
    }

    public readonly void Dispose() => NativeMemory.Free(_bitmap);

    private readonly void Invert(uint size)
    {
        for (uint i = 0; i < _words; i++)
            _bitmap[i] = ~_bitmap[i];
        if ((size & 63) != 0)
            _bitmap[_words - 1] &= (1UL << (int)(size & 63)) - 1;
    }

    private bool IsAmongFew(uint rank, int drawn)
    {
        for (int i = 0; i < drawn; i++)
        {
            if (_few[i] == rank)
                return true;
        }
        return false;
    }
}
