using System.Reflection;
using Pkv.Engine.Execution;
using Pkv.Server.Administration.Connections;
using Pkv.Server.Configuration;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>INFO server. Clients read redis_version to know what they may use; pkv_version is Pkv's own version.</summary>
internal static class ServerSection
{
    private static readonly string KernelRelease = ReadKernelRelease();

    /// <summary>Pkv's own version.</summary>
    public static string PkvVersion { get; } =
        (typeof(ServerSection).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    public static void Write(InfoWriter info)
    {
        ServerState server = info.Server;
        PkvOptions options = server.Options;
        long uptime = Math.Max(0, info.NowMs - server.StartedMs) / 1000;
        info.Heading("Server");
        info.Add("redis_version", HelloCommand.RedisVersion);
        info.Add("redis_git_sha1", "00000000");
        info.Add("redis_git_dirty", 0);
        info.Add("redis_build_id", "0");
        info.Add("redis_mode", "standalone");
        info.Add("pkv_version", PkvVersion);
        info.Add("os", $"Linux {KernelRelease} {System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "x86_64",
            System.Runtime.InteropServices.Architecture.Arm64 => "aarch64",
            var other => other.ToString().ToLowerInvariant(),
        }}");
        info.Add("arch_bits", 64);
        info.Add("monotonic_clock", "POSIX clock_gettime");
        info.Add("multiplexing_api", "epoll");
        info.Add("runtime", System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        info.Add("code_prepared", server.IsCodePrepared ? "yes" : "no");
        info.Add("compiled_functions", System.Runtime.JitInfo.GetCompiledMethodCount(currentThread: false));
        info.Add("process_id", Environment.ProcessId);
        info.Add("process_supervised", "no");
        info.Add("run_id", server.RunId);
        info.Add("tcp_port", server.Listener.Port);
        info.Add("server_time_usec", Clock.NowMicroseconds());
        info.Add("uptime_in_seconds", uptime);
        info.Add("uptime_in_days", uptime / 86_400);
        info.Add("hz", options.Hz);
        info.Add("configured_hz", options.Hz);
        info.Add("lru_clock", info.NowMs / 1000 & 0xFFFFFF);
        info.Add("executable", Environment.ProcessPath ?? "");
        info.Add("config_file", server.Config.ConfigFile ?? "");
        info.Add("io_threads", server.Threads.Length);
        info.Add("io_threads_active", server.Threads.Length > 1 ? 1 : 0);
    }

    private static string ReadKernelRelease()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        }
        catch (IOException)
        {
            return Environment.OSVersion.Version.ToString();
        }
    }
}
