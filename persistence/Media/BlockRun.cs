namespace Pkv.Persistence.Media;

/// <summary>Adjacent whole blocks: offset in the pool file and length, both in bytes.</summary>
internal readonly record struct BlockRun(long Offset, long Bytes);
