using System.Globalization;

namespace Pkv.Bench.Native;

/// <summary>
/// Time that the hypervisor has kept from cores of this machine while they had something to run: "steal" in
/// /proc/stat (proc_stat(5)), which tells it in ticks of 10 ms.
/// </summary>
internal static class StealClock
{
    private const int StealField = 8;
    private const double TickMs = 10; // USER_HZ is 100 on Linux

    /// <summary>Milliseconds so far, of these cores together; 0 where the kernel does not tell.</summary>
    public static double OfCores(params ReadOnlySpan<int> cores) => Parse(File.ReadAllText("/proc/stat"), cores);

    /// <summary>The same from the file's text.</summary>
    public static double Parse(string stat, params ReadOnlySpan<int> cores)
    {
        double ms = 0;
        foreach (string line in stat.Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length <= StealField || !fields[0].StartsWith("cpu", StringComparison.Ordinal)) continue;
            if (int.TryParse(fields[0].AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int core) && cores.Contains(core))
                ms += long.Parse(fields[StealField], CultureInfo.InvariantCulture) * TickMs;
        }
        return ms;
    }
}
