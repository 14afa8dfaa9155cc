namespace Pkv.Persistence.Recovery;

/// <summary>Something in the pool that no crash can have left: the medium has lost or changed it.</summary>
/// <param name="Slot">The slot, from 0.</param>
/// <param name="Offset">Of the first damaged byte in the pool.</param>
/// <param name="Bytes">Extent, as far as it is known.</param>
/// <param name="What">What is wrong, one line.</param>
public sealed record PoolDamage(int Slot, long Offset, long Bytes, string What)
{
    public override string ToString() => $"segment {Slot}, pool bytes {Offset}..{Offset + Bytes - 1}: {What}";
}
