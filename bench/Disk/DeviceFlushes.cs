using System.Globalization;

namespace Pkv.Bench.Disk;

/// <summary>
/// Flush requests completed by the device below a directory, from /proc/diskstats (field 16 of
/// Documentation/admin-guide/iostats.rst, Linux 5.5 and later). Everybody's, so to be read on a machine at rest.
/// </summary>
internal sealed class DeviceFlushes
{
    private const int FlushColumn = 18;
    private readonly string[] _number;

    /// <param name="directory">Any directory on the device.</param>
    public DeviceFlushes(string directory) => _number = (MountOf(directory)?[2] ?? "0:0").Split(':');

    /// <summary>The file system's name, or null.</summary>
    public static string? TypeOf(string directory) => MountOf(directory) is { } fields ? fields[Array.IndexOf(fields, "-") + 1] : null;

    /// <summary>Since the machine started; null where they are not counted (several disks behind a file system, an older kernel).</summary>
    public long? Read()
    {
        foreach (string line in File.ReadLines("/proc/diskstats"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields[0] == _number[0] && fields[1] == _number[1])
                return fields.Length > FlushColumn ? long.Parse(fields[FlushColumn], CultureInfo.InvariantCulture) : null;
        }
        return null;
    }

    private static string[]? MountOf(string directory)
    {
        string full = Path.GetFullPath(directory);
        return File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' '))
            .Where(f => f[4] == "/" || full == f[4] || full.StartsWith(f[4] + "/", StringComparison.Ordinal))
            .MaxBy(f => f[4].Length);
    }
}
