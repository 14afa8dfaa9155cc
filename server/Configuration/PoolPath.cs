namespace Pkv.Server.Configuration;

/// <summary>The path of the pool: the configured one, or the default of the chosen medium.</summary>
public static class PoolPath
{
    /// <summary>Default of <c>file</c>, under <c>dir</c>.</summary>
    public const string FileDefault = "./data/pkv.pool";

    /// <summary>Default of <c>dram</c>; one per port, so that two servers on one machine do not meet.</summary>
    public static string DramDefault(int port) => $"/dev/shm/pkv-{port}.pool";

    /// <summary>The absolute path of the pool for the medium in use (not <see cref="MediumChoice.Auto"/>).</summary>
    /// <exception cref="ArgumentException">The medium is <c>dax</c>, which has no default, and no path is configured.</exception>
    public static string Resolve(PkvOptions options, MediumChoice medium)
    {
        string path = options.Pool;
        if (path.Length == 0)
        {
            path = medium switch
            {
                MediumChoice.Dram => DramDefault(options.Port),
                MediumChoice.Dax => throw new ArgumentException("medium dax has no default pool path", nameof(options)),
                _ => FileDefault,
            };
        }

        return Path.GetFullPath(path, Path.GetFullPath(options.Dir));
    }
}
