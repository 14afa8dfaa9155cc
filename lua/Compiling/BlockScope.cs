namespace Pkv.Lua;

/// <summary>A block being compiled: where its variables begin, and the breaks that leave it.</summary>
internal sealed class BlockScope(BlockScope? outer, int activeCount, bool isLoop)
{
    public BlockScope? Outer { get; } = outer;

    public int ActiveCount { get; } = activeCount;

    public bool IsLoop { get; } = isLoop;

    public int Breaks = Expression.NoJump;

    /// <summary>Some variable of it is shared with a closure.</summary>
    public bool HasUpValue { get; set; }
}
