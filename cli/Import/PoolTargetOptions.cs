using Pkv.Server.Configuration;

namespace Pkv.Cli.Import;

/// <summary>How a pool is opened for writing: --medium and --pool-size (0: a server's default).</summary>
internal sealed record PoolTargetOptions(MediumChoice Medium, long PoolBytes);
