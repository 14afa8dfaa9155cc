using System.Runtime.InteropServices;

namespace Pkv.Engine.Commands.Strings;

/// <summary>
/// The table of the longest common subsequence, filled row by row. Only one row of lengths is kept; the way back needs
/// one bit of each cell: whether it goes up (a byte of a is given up) or left. 134 million cells take 16 MiB.
/// </summary>
internal sealed unsafe class LcsTable : IDisposable
{
    private readonly int _columns;
    private readonly ulong* _goesUp;

    /// <summary>Fills the table.</summary>
    /// <param name="a">One string: the rows.</param>
    /// <param name="b">The other: the columns.</param>
    /// <param name="keepsPath">Whether <see cref="Runs"/> will be asked for.</param>
    public LcsTable(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool keepsPath)
    {
        _columns = b.Length;
        if (keepsPath)
            _goesUp = (ulong*)NativeMemory.AllocZeroed((nuint)((long)a.Length * b.Length / 64 + 1), sizeof(ulong));
        int[] row = new int[b.Length + 1];
        for (int i = 0; i < a.Length; i++)
            FillRow(row, a[i], b, (long)i * _columns);
        Length = row[b.Length];
    }

    /// <summary>Length of the longest common subsequence, bytes.</summary>
    public int Length { get; }

    /// <summary>
    /// The pieces of the subsequence that are contiguous in both strings, last one first. Among equal ways the one that
    /// gives up bytes of b from the end first, as Redis walks.
    /// </summary>
    public List<Run> Runs(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        List<Run> runs = [];
        int i = a.Length, j = b.Length;
        while (i > 0 && j > 0)
        {
            int length = 0;
            while (i > 0 && j > 0 && a[i - 1] == b[j - 1])
            {
                i--;
                j--;
                length++;
            }
            if (length > 0)
                runs.Add(new Run(i, j, length));
            else if (GoesUp((long)(i - 1) * _columns + j - 1))
                i--;
            else
                j--;
        }
        return runs;
    }

    public void Dispose() => NativeMemory.Free(_goesUp);

    private void FillRow(int[] row, byte letter, ReadOnlySpan<byte> b, long firstCell)
    {
        int diagonal = 0;
        for (int j = 0; j < b.Length; j++)
        {
            int up = row[j + 1], left = row[j];
            if (b[j] == letter)
                row[j + 1] = diagonal + 1;
            else if (up > left)
            {
                if (_goesUp != null)
                    _goesUp[(firstCell + j) >> 6] |= 1UL << (int)((firstCell + j) & 63);
            }
            else
                row[j + 1] = left;
            diagonal = up;
        }
    }

    private bool GoesUp(long cell) => (_goesUp[cell >> 6] >> (int)(cell & 63) & 1) != 0;

    /// <summary>A substring that both strings have.</summary>
    public readonly record struct Run(int StartInA, int StartInB, int Length);
}
