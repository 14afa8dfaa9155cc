using System.Globalization;

namespace Pkv.Bench.Native;

/// <summary>
/// What cores of this machine did so far, from /proc/stat (proc_stat(5)), which counts in ticks of 10 ms: of everybody, also of
/// processes that this one cannot see.
/// </summary>
/// <param name="BusyMs">Running processes: user, nice and system time. Interrupts are left out: they are not in processes' own clocks everywhere.</param>
/// <param name="StolenMs">Kept by the hypervisor while there was something to run.</param>
internal readonly record struct CoreTimes(double BusyMs, double StolenMs)
{
    private const int StealField = 8;
    private const double TickMs = 10; // USER_HZ is 100 on Linux

    /// <summary>Of these cores together; zeros where the kernel does not say.</summary>
    public static CoreTimes Of(params ReadOnlySpan<int> cores) => File.Exists("/proc/stat") ? Parse(File.ReadAllText("/proc/stat"), cores) : default;

    /// <summary>The same from the file's text.</summary>
    public static CoreTimes Parse(string stat, params ReadOnlySpan<int> cores)
    {
        double busy = 0, stolen = 0;
        foreach (string line in stat.Split('\n'))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length <= StealField || !fields[0].StartsWith("cpu", StringComparison.Ordinal)) continue;
            if (!int.TryParse(fields[0].AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out int core) || !cores.Contains(core)) continue;
            busy += TickMs * (Ticks(fields[1]) + Ticks(fields[2]) + Ticks(fields[3]));
            stolen += TickMs * Ticks(fields[StealField]);
        }
        return new CoreTimes(busy, stolen);
    }

    private static long Ticks(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
