using Microsoft.Extensions.Logging;
using Pkv.Server.Configuration;

namespace Pkv.Server.Hosting;

/// <summary>
/// A Redis snapshot or log in the place where Redis would load it, while the pool is empty: somebody has replaced Redis
/// with Pkv and expects the data. Pkv does not load it automatically, so it must say so.
/// </summary>
internal static class RedisFiles
{
    /// <summary>Warns of each that is in <c>dir</c> or beside the pool.</summary>
    public static void Warn(PkvOptions options, string poolPath, ILogger logger)
    {
        foreach ((string file, string verb) in Find(options, poolPath))
        {
            logger.LogWarning(
                "THE DATA SET IS EMPTY, but {File} is there, a Redis's {Kind}, which is not loaded automatically. To import it, stop this server and run:  pkv {Verb} {Source} {Pool}",
                file, verb == "import-rdb" ? "snapshot" : "append-only log", verb, file, poolPath);
        }
    }

    /// <summary>Path and the verb of pkv that takes it, each file once.</summary>
    public static IEnumerable<(string File, string Verb)> Find(PkvOptions options, string poolPath)
    {
        string?[] folders = [Path.GetFullPath(options.Dir), Path.GetDirectoryName(Path.GetFullPath(poolPath))];
        foreach (string folder in folders.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            string log = Path.Combine(folder, "appendonlydir"), oldLog = Path.Combine(folder, "appendonly.aof"), snapshot = Path.Combine(folder, options.DbFilename);
            if (Directory.Exists(log))
                yield return (log, "import-aof");
            if (File.Exists(oldLog))
                yield return (oldLog, "import-aof");
            if (File.Exists(snapshot))
                yield return (snapshot, "import-rdb");
        }
    }
}
