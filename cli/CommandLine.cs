using Pkv.Cli.Terminal;
using Pkv.Cli.Verbs;
using Pkv.Persistence.Media;

namespace Pkv.Cli;

/// <summary>The verbs of pkv, the tool for pools that no server has open, and the question whether one is up. Exit codes: <see cref="ExitCode"/>.</summary>
internal static class CommandLine
{
    private const string Usage = """
        usage: pkv VERB POOL [options]          the server of that pool must be stopped

          check POOL                            look for damage; changes nothing
          stat POOL [--json]                    what the pool holds; changes nothing
          salvage POOL --to NEWPOOL             what is whole of a damaged pool, into a new one
                  [--pool-size SIZE]
          grow POOL --to SIZE                   make the pool's file larger, which a dax pool needs
          export-aof POOL FILE                  the data set as an append-only file that a Redis loads
          export-aof POOL --multi-part DIR      the same as a folder with a manifest, as Redis 7 keeps it
          import-aof FILE POOL                  a Redis's log: a file, a manifest, or the folder of one
                     [--aof-load-truncated yes|no]
          import-rdb FILE POOL                  a Redis's snapshot
            both: [--append] [--skip-unsupported] [--pool-size SIZE]
          ping [--host HOST] [--port PORT]      does a running server answer? by default the one on this
                                                machine that the PKV_... variables describe

        options of all verbs but ping
          --medium auto|dax|dram|file           what the pool is on, as the server takes it

        exit codes: 0 done and sound; 1 done, but there is damage, something was left out, or nobody answered; 2 not done
        """;

    public static int Run(IReadOnlyList<string> arguments, CliTerminal terminal)
    {
        string verb = arguments.Count > 0 ? arguments[0] : "";
        List<string> rest = [.. arguments.Skip(1)];
        if (verb is "help" or "--help" or "-h" || rest.Contains("--help"))
        {
            terminal.Out.WriteLine(Usage);
            return ExitCode.Sound;
        }
        try
        {
            return verb switch
            {
                "check" => CheckVerb.Run(rest, terminal),
                "stat" => StatVerb.Run(rest, terminal),
                "export-aof" => ExportAofVerb.Run(rest, terminal),
                "salvage" => SalvageVerb.Run(rest, terminal),
                "grow" => GrowVerb.Run(rest, terminal),
                "import-aof" => ImportVerb.Run(rest, isSnapshot: false, terminal),
                "import-rdb" => ImportVerb.Run(rest, isSnapshot: true, terminal),
                "ping" => PingVerb.Run(rest, terminal),
                "" => throw new CliException("a verb is missing; pkv help lists them"),
                _ => throw new CliException($"there is no verb '{verb}'; pkv help lists them"),
            };
        }
        catch (Exception e) when (e is CliException or MediumException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            terminal.Progress.Done();
            terminal.Note($"pkv: {e.Message}");
            return ExitCode.Failed;
        }
    }
}
