using System.Runtime.CompilerServices;

namespace Pkv.Engine.Commands.Geo;

/// <summary>
/// The cells that have all members of a shape: the one of its middle and up to eight around it, in the order in which Redis looks at them, for
/// unsorted results come in that order.
/// </summary>
internal ref struct SearchCells
{
    private const int Max = 9;

    // North, south, east, west, then the corners: columns and rows.
    private static ReadOnlySpan<sbyte> Columns => [0, 0, 0, 1, -1, 1, -1, 1, -1];

    private static ReadOnlySpan<sbyte> Rows => [0, 1, -1, 0, 0, 1, 1, -1, -1];

    private Cells _cells;

    public int Count { get; private set; }

    public readonly GeoCell this[int index] => _cells[index];

    /// <summary>Those of a shape.</summary>
    public static SearchCells Of(in GeoShape shape)
    {
        GeoRange bounds = shape.Bounds(), grid = GeoRange.WebMercator;
        int steps = Earth.StepsFor(shape.Reach(), shape.Center.Latitude);
        GeoCell middle = GeoCell.Of(shape.Center, steps, grid);
        // Near the border of a cell the neighbours may end before the shape does.
        bool isTooSmall = middle.Moved(0, 1).Area(grid).North < bounds.North || middle.Moved(0, -1).Area(grid).South > bounds.South
            || middle.Moved(1, 0).Area(grid).East < bounds.East || middle.Moved(-1, 0).Area(grid).West > bounds.West;
        if (steps > 1 && isTooSmall)
            middle = GeoCell.Of(shape.Center, --steps, grid);
        GeoRange area = middle.Area(grid);
        SearchCells cells = default;
        for (int i = 0; i < Max; i++)
        {
            int column = Columns[i], row = Rows[i];
            // The shape does not reach the neighbours of a side on which the cell itself goes further. Of few cells all are looked at.
            bool isBeyond = (row > 0 && area.North > bounds.North) || (row < 0 && area.South < bounds.South)
                || (column > 0 && area.East > bounds.East) || (column < 0 && area.West < bounds.West);
            if (steps < 2 || !isBeyond)
                cells.Add(middle.Moved(column, row));
        }
        return cells;
    }

    // Around a small grid neighbours are the same cell. As in Redis, only the last one that was looked at counts, and never the middle.
    private void Add(in GeoCell cell)
    {
        if (Count > 1 && _cells[Count - 1].Number == cell.Number)
            return;
        _cells[Count++] = cell;
    }

    [InlineArray(Max)]
    private struct Cells
    {
        private GeoCell _first;
    }
}
