using System.Globalization;

namespace Pkv.Bench.Memory;

/// <summary>What a process has in DRAM, in bytes, as the kernel counts it (/proc/PID/status).</summary>
/// <param name="Resident">All of it: VmRSS.</param>
/// <param name="Shared">Pages of shared memory and tmpfs, where a pool lies: RssShmem.</param>
internal readonly record struct ProcessMemory(long Resident, long Shared)
{
    /// <summary>What is left when the pool's bytes are not counted.</summary>
    public long Own => Resident - Shared;

    /// <summary>Of a process that runs.</summary>
    public static ProcessMemory Of(int processId) => Parse(File.ReadAllText($"/proc/{processId}/status"));

    /// <summary>Reads the file's text.</summary>
    /// <exception cref="InvalidDataException">A line is missing.</exception>
    public static ProcessMemory Parse(string status) => new(Kilobytes(status, "VmRSS") * 1024, Kilobytes(status, "RssShmem") * 1024);

    private static long Kilobytes(string status, string name)
    {
        foreach (string line in status.Split('\n'))
            if (line.StartsWith(name + ":", StringComparison.Ordinal))
                return long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        throw new InvalidDataException($"no {name} in a process's status");
    }
}
