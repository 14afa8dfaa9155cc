namespace Pkv.Tests.Simulation;

/// <summary>What the program asked of the medium.</summary>
internal enum PersistKind
{
    Flush,
    Drain,
    Sync,
    Extend,
}

/// <summary>One step towards durability, as it begins: nothing of it has been done yet.</summary>
/// <param name="Number">Counts the steps of a medium's life, from 1.</param>
/// <param name="Kind">Which step.</param>
/// <param name="Offset">Of a flush: the first byte; of an extension: the bytes backed afterwards.</param>
/// <param name="Bytes">Of a flush.</param>
internal readonly record struct PersistEvent(long Number, PersistKind Kind, long Offset, long Bytes)
{
    public override string ToString() => Kind == PersistKind.Flush ? $"{Number} (Flush of {Offset}..{Offset + Bytes - 1})" : $"{Number} ({Kind})";
}
