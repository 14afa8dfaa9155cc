using System.Diagnostics;
using System.Text;
using Pkv.Tests.Support;
using Xunit.Sdk;

namespace Pkv.Tests.Dax;

/// <summary>
/// One boot of an emulated machine whose persistent memory is a file of the host. <see cref="Kill"/> is the end of its power at
/// an arbitrary instruction: the file keeps what was stored. Never two at once on one image.
/// </summary>
internal sealed class DaxMachine : IDisposable
{
    public const string Ready = "Ready to accept connections";
    private const int BootTimeoutMs = 180_000;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    /// <param name="image">Initial RAM disk and data disk.</param>
    /// <param name="memory">The image of the persistent memory.</param>
    /// <param name="device">"nvdimm" or "virtio".</param>
    /// <param name="mount">Options of the mount: "dax", "dax=never".</param>
    public DaxMachine(GuestImage image, string memory, string device, string mount)
    {
        Port = FreePort.Next();
        long bytes = new FileInfo(memory).Length;
        string node = device == "nvdimm" ? "nvdimm,id=nv1,memdev=mem1" : "virtio-pmem-pci,id=nv1,memdev=mem1";
        string[] arguments =
        [
            "-accel", "tcg,thread=multi", "-machine", "q35,nvdimm=on", "-cpu", "max", "-smp", "2", "-m", "1G,slots=4,maxmem=8G",
            "-object", $"memory-backend-file,id=mem1,share=on,mem-path={memory},size={bytes},align=2M", "-device", node,
            "-nodefaults", "-no-user-config", "-serial", "stdio", "-display", "none", "-monitor", "none", "-no-reboot",
            "-netdev", $"user,id=net0,restrict=on,hostfwd=tcp:127.0.0.1:{Port}-10.0.2.15:6379", "-device", "virtio-net-pci,netdev=net0,romfile=",
            "-kernel", GuestParts.Kernel, "-initrd", image.InitialDisk,
            "-append", $"console=ttyS0 quiet panic=-1 pkv.device={device} pkv.mount={mount}",
            "-drive", $"file={image.DataDisk},format=raw,if=none,id=d0,readonly=on,cache=unsafe", "-device", "virtio-blk-pci,drive=d0",
        ];
        _process = Process.Start(new ProcessStartInfo("qemu-system-x86_64", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>On 127.0.0.1: the server's port in the guest.</summary>
    public int Port { get; }

    /// <summary>What came over the serial line.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Waits until the serial line has said this.</summary>
    public void WaitFor(string text)
    {
        if (!SpinWait.SpinUntil(() => _process.HasExited || Output.Contains(text, StringComparison.Ordinal), BootTimeoutMs)
            || !Output.Contains(text, StringComparison.Ordinal))
        {
            throw new XunitException($"the guest did not say \"{text}\"\n{Output}");
        }
    }

    /// <summary>SIGKILL, wherever it stands.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
