using Pkv.Bench.Servers;

namespace Pkv.Bench.Memory;

/// <summary>Pkv's account of its managed heap and its pool (INFO memory).</summary>
/// <param name="Bytes">used_memory_managed.</param>
/// <param name="FullCollections">managed_full_collections: since it was started.</param>
/// <param name="LongestFullUs">managed_full_pause_us_max.</param>
/// <param name="PausesUs">managed_pause_us: all pauses of all collections.</param>
/// <param name="PoolBytes">used_memory_dataset: the pool's segments that hold records, of whatever it has been faulted in.</param>
internal sealed record HeapFigures(double Bytes, double FullCollections, double LongestFullUs, double PausesUs, double PoolBytes)
{
    /// <summary>Reads them out of INFO's text.</summary>
    /// <exception cref="InvalidDataException">One is missing.</exception>
    public static HeapFigures Parse(string info) => new(
        InfoText.Number(info, "used_memory_managed"), InfoText.Number(info, "managed_full_collections"),
        InfoText.Number(info, "managed_full_pause_us_max"), InfoText.Number(info, "managed_pause_us"),
        InfoText.Number(info, "used_memory_dataset"));
}
