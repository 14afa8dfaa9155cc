using Pkv.Engine.Settings;

namespace Pkv.Server.Configuration;

/// <summary>
/// The server's options as typed current values. <c>ConfigTable</c> describes each of them, reads
/// them for CONFIG GET and writes them for CONFIG SET; the server only reads.
/// Threads: every property is one word (a number, an enum, a reference to something immutable), so any
/// thread may read it at any time and sees an old or a new value, never half of one. Two properties
/// changed by one CONFIG SET may be seen one after the other. Only <c>ConfigTable</c> writes
/// after the start, under its lock.
/// </summary>
public sealed class PkvOptions : EngineOptions
{
    // Network.

    /// <summary>TCP port; 0: no TCP listener.</summary>
    public int Port { get; set; } = 6379;

    /// <summary>Addresses to listen on. <c>*</c>: all IPv4, <c>::*</c>: all IPv6; a leading <c>-</c>: no error if unavailable.</summary>
    public IReadOnlyList<string> Bind { get; set; } = ["127.0.0.1"];

    /// <summary>Path of the Unix socket; empty: none.</summary>
    public string UnixSocket { get; set; } = "";

    /// <summary>Mode bits of the Unix socket; 0: leave as the umask makes them.</summary>
    public int UnixSocketPermissions { get; set; }

    /// <summary>Length of the accept queue asked of the kernel.</summary>
    public int TcpBacklog { get; set; } = 511;

    /// <summary>Seconds of silence before TCP probes the peer; 0: never.</summary>
    public int TcpKeepaliveSeconds { get; set; } = 300;

    /// <summary>Seconds after which an idle client is disconnected; 0: never.</summary>
    public int ClientTimeoutSeconds { get; set; }

    /// <summary>The most clients at a time.</summary>
    public long MaxClients { get; set; } = 10_000;

    /// <summary>Refuse clients from other machines while neither a password nor an explicit bind is set.</summary>
    public bool ProtectedMode { get; set; } = true;

    /// <summary>Password of the default user; empty: none. Secret.</summary>
    public string RequirePass { get; set; } = "";

    /// <summary>Reply slices of at least this many bytes are passed to the kernel as I/O vectors, smaller ones copied.</summary>
    public int SendGatherThresholdBytes { get; set; } = 16_384;

    // Limits.

    /// <summary>The most unparsed bytes of one client.</summary>
    public long ClientQueryBufferLimitBytes { get; set; } = 1L << 30;

    /// <summary>The most unsent reply bytes of one client, by class.</summary>
    public OutputBufferLimits ClientOutputBufferLimits { get; set; } = OutputBufferLimits.Default;

    // Keyspace.

    /// <summary>Background work's frequency, 1/s; 1 to 500.</summary>
    public int Hz { get; set; } = 10;

    /// <summary>Whether <see cref="Hz"/> rises with the number of clients.</summary>
    public bool DynamicHz { get; set; } = true;

    // Pool and durability.

    /// <summary>Path of the pool as configured; empty: the medium's default (<see cref="PoolPath.Resolve"/>).</summary>
    public string Pool { get; set; } = "";

    /// <summary>Bytes the pool may grow to; 0: half of memory or of the free disk, whichever is less.</summary>
    public long PoolSizeBytes { get; set; }

    /// <summary>The medium asked for.</summary>
    public MediumChoice Medium { get; set; } = MediumChoice.Auto;

    /// <summary>When the <c>file</c> medium forces bytes to the device.</summary>
    public AppendFsyncPolicy AppendFsync { get; set; } = AppendFsyncPolicy.EverySecond;

    /// <summary>Touch every page of the pool at the start.</summary>
    public bool Prefault { get; set; }

    /// <summary>What to do about a damaged pool.</summary>
    public RecoveryMode RecoveryMode { get; set; } = RecoveryMode.Strict;

    /// <summary>Emulated extra latency of each persist on <c>dram</c>, in nanoseconds.</summary>
    public int DramWriteLatencyNs { get; set; }

    /// <summary>Emulated write bandwidth of <c>dram</c>, in 10^6 bytes per second; 0: as fast as it is.</summary>
    public int DramBandwidthMbps { get; set; }

    /// <summary>Whether <c>dram</c> runs the cache-line flushes that persistent memory would need.</summary>
    public bool DramFlush { get; set; }

    /// <summary>Base directory of relative paths.</summary>
    public string Dir { get; set; } = ".";

    /// <summary>Name of a Redis dump file, kept for CONFIG GET.</summary>
    public string DbFilename { get; set; } = "dump.rdb";

    // Process, logs, diagnosis.

    /// <summary>File that holds the process id; empty: none.</summary>
    public string PidFile { get; set; } = "";

    /// <summary>Log file; empty: standard output.</summary>
    public string LogFile { get; set; } = "";

    /// <summary>Minimum log level.</summary>
    public ServerLogLevel LogLevel { get; set; } = ServerLogLevel.Notice;

    /// <inheritdoc/>
    public override int MinScriptLogLevel => (int)LogLevel;

    /// <summary>Whether the start-up banner is shown when standard output is no terminal.</summary>
    public bool AlwaysShowLogo { get; set; }

    /// <summary>The most entries SLOWLOG holds.</summary>
    public long SlowlogMaxLen { get; set; } = 128;

    /// <summary>Who may use DEBUG.</summary>
    public ClientAccess EnableDebugCommand { get; set; } = ClientAccess.No;

    /// <summary>Who may use CONFIG SET for <c>dir</c> and <c>dbfilename</c>.</summary>
    public ClientAccess EnableProtectedConfigs { get; set; } = ClientAccess.No;

    /// <summary>Who may use MODULE but LIST and HELP.</summary>
    public ClientAccess EnableModuleCommand { get; set; } = ClientAccess.No;

    /// <summary>Whether directives of security and durability that cannot be honoured are passed over with a warning.</summary>
    public bool AllowUnsupported { get; set; }

    /// <summary>Commands to be renamed or disabled, in the order given.</summary>
    public IReadOnlyList<CommandRename> CommandRenames { get; set; } = [];

    // Accepted for compatibility: kept, shown and settable. Pkv frees memory by cleaning, so these have no effect.

    /// <summary>Redis: free evicted values in the background.</summary>
    public bool LazyfreeLazyEviction { get; set; }

    /// <summary>Redis: free expired values in the background.</summary>
    public bool LazyfreeLazyExpire { get; set; }

    /// <summary>Redis: free overwritten values in the background.</summary>
    public bool LazyfreeLazyServerDel { get; set; }

    /// <summary>Redis: DEL acts as UNLINK.</summary>
    public bool LazyfreeLazyUserDel { get; set; }

    /// <summary>Redis: FLUSHALL and FLUSHDB without SYNC or ASYNC act as with ASYNC.</summary>
    public bool LazyfreeLazyUserFlush { get; set; }

    /// <summary>Values that nothing reads but CONFIG.</summary>
    public KeptValues Kept { get; set; } = KeptValues.None;

    // Encoding thresholds: the borders at which OBJECT ENCODING changes its answer.

    /// <summary>List nodes at either end that stay uncompressed; 0: no compression.</summary>
    public int ListCompressDepth { get; set; }
}
