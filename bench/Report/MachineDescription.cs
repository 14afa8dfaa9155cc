using System.Globalization;
using System.Runtime.InteropServices;
using Pkv.Bench.Cli;

namespace Pkv.Bench.Report;

/// <summary>What a reader must know of the machine: no names, no paths.</summary>
internal static class MachineDescription
{
    /// <summary>One line: cores, processor, memory, kernel, runtime, and whether it is a virtual machine.</summary>
    public static string Line()
    {
        string[] cpuInfo = Lines("/proc/cpuinfo");
        string model = Field(cpuInfo, "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        string family = Field(cpuInfo, "cpu family") is { } f ? $" (family {f}, model {Field(cpuInfo, "model")})" : "";
        bool isVirtual = Field(cpuInfo, "flags")?.Split(' ').Contains("hypervisor") ?? false;
        double memory = double.Parse(Field(Lines("/proc/meminfo"), "MemTotal")?.Split(' ')[0] ?? "0", CultureInfo.InvariantCulture) / (1 << 20);
        string kernel = File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim().Split('-')[0] : "?";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} cores of {model}{family}, {memory:F0} GiB{(isVirtual ? ", virtual machine" : "")}, Linux {kernel}, .NET {Environment.Version}");
    }

    /// <summary>The same, and before it whether the run that ended on this thread can be used at all.</summary>
    public static string LineOfRun() => (RunProgress.Disturbance is { IsBusy: true } busy ? busy.Sentence + "\n\n" : "") + Line();

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static string? Field(string[] lines, string name) => lines
        .Select(l => l.Split(':', 2)).Where(p => p.Length == 2 && p[0].Trim() == name).Select(p => p[1].Trim()).FirstOrDefault();
}
