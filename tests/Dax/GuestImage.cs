using System.Runtime.InteropServices;
using Pkv.Tests.Faults;

namespace Pkv.Tests.Dax;

/// <summary>
/// The files that every boot shares: an initial RAM disk (busybox, modules, init) and a read-only data disk (the runtime,
/// the server as it was built, libpmem2, the C libraries these need). Made once for a test class, deleted at its end.
/// </summary>
public sealed class GuestImage : IDisposable
{
    // Inserted in this order: each needs those before it.
    private static readonly string[] s_modules =
    [
        "virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk",
        "failover", "net_failover", "virtio_net", "libnvdimm", "nd_btt", "nd_pmem", "nfit", "nd_virtio", "virtio_pmem",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-dax-").FullName;

    public GuestImage()
    {
        if (GuestParts.Missing().Length > 0)
            return;
        MakeInitialDisk();
        MakeDataDisk();
        IsMade = true;
    }

    /// <summary>False where parts are missing.</summary>
    public bool IsMade { get; }

    public string InitialDisk => Path.Combine(_folder, "initrd.gz");
    public string DataDisk => Path.Combine(_folder, "data.img");

    /// <summary>A sparse image of persistent memory with a file system that begins at this offset.</summary>
    public string NewMemory(long bytes, long fileSystemOffset)
    {
        string path = Path.Combine(_folder, $"nv-{Guid.NewGuid():n}.img");
        using (FileStream file = File.Create(path))
            file.SetLength(bytes);
        // The last 2 MiB stay free: the kernel may keep an aligned end for itself.
        long blocks = (bytes - fileSystemOffset - (fileSystemOffset > 0 ? 2 << 20 : 0)) / 4096;
        LoopDisk.Run(GuestParts.Find("mke2fs")!, "-q", "-t", "ext4", "-b", "4096", "-F", "-E", $"offset={fileSystemOffset}", path, $"{blocks}");
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void MakeInitialDisk()
    {
        string root = Path.Combine(_folder, "initrd");
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        Directory.CreateDirectory(Path.Combine(root, "modules"));
        File.Copy(GuestParts.Find("busybox")!, Path.Combine(root, "bin/busybox"));
        File.Copy(Path.Combine(House.Repository.Root, "tests/Dax/init"), Path.Combine(root, "init"));
        LoopDisk.Run("chmod", "755", Path.Combine(root, "init"));
        string modules = Path.Combine(GuestParts.KernelFolder, "lib/modules");
        foreach (string module in s_modules)
        {
            string file = Directory.EnumerateFiles(modules, module + ".ko", SearchOption.AllDirectories).Single();
            File.Copy(file, Path.Combine(root, "modules", module + ".ko"));
        }
        File.WriteAllLines(Path.Combine(root, "modules/order"), s_modules);
        LoopDisk.Run("sh", "-c", $"cd '{root}' && find . | cpio --quiet -o -H newc | gzip -1 > '{InitialDisk}'");
    }

    private void MakeDataDisk()
    {
        string root = Path.Combine(_folder, "data");
        foreach (string folder in new[] { "proc", "sys", "dev", "tmp", "pmem", "pkv", "dotnet", "lib64" })
            Directory.CreateDirectory(Path.Combine(root, folder));
        string version = Path.GetFileName(Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory()));
        string dotnet = GuestParts.DotnetRoot, shared = $"shared/Microsoft.NETCore.App/{version}";
        File.Copy(Path.Combine(dotnet, "dotnet"), Path.Combine(root, "dotnet/dotnet"));
        foreach (string part in new[] { shared, $"host/fxr/{version}" })
        {
            Directory.CreateDirectory(Path.Combine(root, "dotnet", part));
            LoopDisk.Run("cp", "-r", Path.Combine(dotnet, part) + "/.", Path.Combine(root, "dotnet", part));
        }
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory).Where(IsServers))
            File.Copy(file, Path.Combine(root, "pkv", Path.GetFileName(file)));
        CopyLibraries(root, Path.Combine(dotnet, shared));
        LoopDisk.Run(GuestParts.Find("mke2fs")!, "-q", "-t", "ext4", "-O", "^has_journal", "-F", "-d", root, DataDisk, "400M");
    }

    private static bool IsServers(string file) =>
        file.EndsWith(".dll", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith("pkv-server.", StringComparison.Ordinal);

    // What the loader resolves here lies at the same place there.
    private static void CopyLibraries(string root, string runtime)
    {
        List<string> users = [Path.Combine(GuestParts.DotnetRoot, "dotnet"), GuestParts.Library("libpmem2.so.1")!];
        users.AddRange(new[] { "libcoreclr.so", "libclrjit.so", "libSystem.Native.so" }.Select(l => Path.Combine(runtime, l)));
        // Opened by name, not linked to.
        users.AddRange(new[] { "libpmem2.so.1", "libssl.so.3", "libcrypto.so.3" }.Select(GuestParts.Library).OfType<string>());
        HashSet<string> libraries = [.. users.Where(u => !u.StartsWith(GuestParts.DotnetRoot, StringComparison.Ordinal))];
        foreach (string line in users.SelectMany(u => LoopDisk.Run("ldd", u).Split('\n')))
        {
            string path = line.Contains("=>") ? line.Split("=>")[1].Trim().Split(' ')[0] : line.Trim().Split(' ')[0];
            if (path.StartsWith('/') && !path.StartsWith(GuestParts.DotnetRoot, StringComparison.Ordinal))
                libraries.Add(path);
        }
        foreach (string library in libraries)
        {
            string target = Path.Combine(root, library.TrimStart('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(library, target, overwrite: true);
        }
    }
}
