namespace Pkv.Server.Cleaning;

/// <summary>Where in the order of commands a moved record stands, and whose database number it tells.</summary>
internal readonly struct LogPlace
{
    /// <summary>The database's number, as it was at <see cref="Number"/>.</summary>
    public int Database { get; init; }

    /// <summary>The number the record has had, to be kept; 0: the next one.</summary>
    public ulong Number { get; init; }

    /// <summary>With a number to be kept: <see cref="Persistence.Segments.Segment.OldestContent"/> of where the record was.</summary>
    public ulong OldestContent { get; init; }

    /// <summary>What tells the original range: records of one range may share an entry again.</summary>
    public nint Range { get; init; }
}
