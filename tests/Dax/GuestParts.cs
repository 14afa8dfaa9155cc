using System.Runtime.InteropServices;
using Pkv.Tests.Faults;

namespace Pkv.Tests.Dax;

/// <summary>What a guest is made of on this machine: programs, an unpacked kernel package, the .NET runtime, libpmem2.</summary>
internal static class GuestParts
{
    private static readonly string[] s_programs = ["qemu-system-x86_64", "busybox", "cpio", "gzip", "mke2fs", "ldd"];

    /// <summary>Folder with an unpacked kernel package: boot/vmlinuz-*, lib/modules/*.</summary>
    public static string KernelFolder => Environment.GetEnvironmentVariable("PKV_GUEST_KERNEL") ?? "";

    /// <summary>The kernel image.</summary>
    public static string Kernel => Directory.GetFiles(Path.Combine(KernelFolder, "boot"), "vmlinuz-*").Single();

    /// <summary>The folder that holds dotnet, host/ and shared/ of the runtime that runs the tests.</summary>
    public static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>What is not here, for people; empty when all is.</summary>
    public static string Missing()
    {
        List<string> missing = [.. s_programs.Where(p => Find(p) is null)];
        if (Find("busybox") is { } busybox && IsDynamic(busybox))
            missing.Add("busybox-static");
        if (!Directory.Exists(Path.Combine(KernelFolder, "boot")))
            missing.Add("a kernel (tests/Dax/fetch-kernel.sh FOLDER, then PKV_GUEST_KERNEL=FOLDER)");
        if (Library("libpmem2.so.1") is null)
            missing.Add("libpmem2");
        return string.Join(", ", missing);
    }

    // The guest begins without any library.
    private static bool IsDynamic(string program)
    {
        try
        {
            return LoopDisk.Run("ldd", program).Contains("libc.so", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Full path of a program, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin")
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Full path of a shared library, or null.</summary>
    public static string? Library(string name) =>
        new[] { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib" }
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
