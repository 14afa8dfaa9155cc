namespace Pkv.Engine.Cleaning;

/// <summary>Where in the order of commands a moved record stands, and whose database number it tells.</summary>
internal readonly record struct LogPlace
{
    /// <summary>The database's number, as it was at <see cref="Number"/>.</summary>
    public int Database { get; init; }

    /// <summary>The number the record has had, to be kept; 0: the next one.</summary>
    public ulong Number { get; init; }

    /// <summary>
    /// With a number to be kept, of a record that deletions or expiry changes of later numbers may act on:
    /// <see cref="Persistence.Segments.Segment.OldestContent"/> of where it was. 0: nothing acts on it. Deletions, removals and
    /// commands over whole databases are such: where nothing older is left, they do nothing, whatever else is forgotten.
    /// </summary>
    public ulong OldestContent { get; init; }

    /// <summary>What tells the original range: records of one range may share an entry again.</summary>
    public nint Range { get; init; }
}
