namespace Pkv.Bench.Tracking;

/// <summary>Adjacent pages whose content is in one piece elsewhere.</summary>
/// <param name="Start">Of the first page.</param>
/// <param name="End">Behind the last one.</param>
/// <param name="Content">Where the first page's content is.</param>
internal readonly record struct TrackedRange(long Start, long End, long Content);
