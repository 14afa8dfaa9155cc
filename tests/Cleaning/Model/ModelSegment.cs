namespace Pkv.Tests.Cleaning.Model;

/// <summary>What a modelled segment is open for.</summary>
internal enum ModelRole : byte
{
    Sealed,
    Writes,
    Deletes,
    Survivors,
}

/// <summary>A segment as the model knows it: how many of its records live, are dead, or are tombstones.</summary>
/// <param name="Role">What it is open for.</param>
/// <param name="Live">Values that live.</param>
/// <param name="Dead">Values that do not.</param>
/// <param name="Tombstones">Deletions.</param>
/// <param name="Generation">When it was opened, in the order of all segments.</param>
/// <param name="Bound">The newest generation that its tombstones may act on; 0: not known yet.</param>
/// <param name="Oldest">The generation of the oldest content that it may hold: its own, or an older one.</param>
internal readonly record struct ModelSegment(ModelRole Role, int Live, int Dead, int Tombstones, int Generation, int Bound, int Oldest)
{
    public int Used => Live + Dead + Tombstones;

    public override string ToString() => $"{Role} {Generation}: live {Live} dead {Dead} tombstones {Tombstones} bound {Bound} oldest {Oldest}";
}
