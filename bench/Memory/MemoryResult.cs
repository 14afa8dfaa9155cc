namespace Pkv.Bench.Memory;

/// <summary>One server with one data set.</summary>
/// <param name="Data">The data.</param>
/// <param name="Server">Its name.</param>
/// <param name="Empty">Just started.</param>
/// <param name="Filled">With the data.</param>
/// <param name="Heap">Of a managed server, or null.</param>
internal sealed record MemoryResult(MemoryDataSet Data, string Server, ProcessMemory Empty, ProcessMemory Filled, HeapFigures? Heap)
{
    /// <summary>DRAM that one of the data took, bytes, the pool not counted.</summary>
    public double BytesEach => (double)(Filled.Own - Empty.Own) / Data.Count;
}
