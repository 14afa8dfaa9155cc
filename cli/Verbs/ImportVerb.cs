using Pkv.Cli.Import;
using Pkv.Cli.Terminal;

namespace Pkv.Cli.Verbs;

/// <summary><c>import-aof FILE POOL</c>, <c>import-rdb FILE POOL</c>: a Redis's data into a pool, without sockets.</summary>
internal static class ImportVerb
{
    public static int Run(Arguments arguments, bool isSnapshot, CliTerminal terminal)
    {
        ImportOptions options = new()
        {
            IsSnapshot = isSnapshot,
            SourcePath = arguments.Word("the file to import"),
            PoolPath = arguments.Word("the pool's path"),
            Target = new PoolTargetOptions(arguments.Medium(), arguments.Size("pool-size") ?? 0),
            Appends = arguments.Has("append"),
            SkipsUnsupported = arguments.Has("skip-unsupported"),
            LoadsTruncated = isSnapshot || arguments.YesNo("aof-load-truncated", fallback: true),
        };
        arguments.End();
        return new Importer(options, terminal).Run();
    }
}
