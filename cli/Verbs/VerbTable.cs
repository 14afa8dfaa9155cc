namespace Pkv.Cli.Verbs;

/// <summary>All verbs, in the order in which the usage lists them.</summary>
internal static class VerbTable
{
    private const string MediumOption = "  --medium auto|dax|dram|file   the pool's medium, as for the server; use auto unless the server was given another value";
    private const string PoolSizeOption = "  --pool-size SIZE              maximum size of the pool (like 4gb), as for the server";

    private const string ImportDetails = $"""
        {PoolSizeOption}
          --append                      add to a pool that already contains keys; imported keys replace those with the same name
          --skip-unsupported            leave out types and commands that this server does not have
        {MediumOption}

        exit codes: 0 everything was imported; 1 something was left out, as reported; 2 not done
        """;

    public static IReadOnlyList<Verb> All { get; } =
    [
        new Verb
        {
            Name = "check",
            Synopsis = "POOL [--databases N]",
            Summary = "check a pool for damage; changes nothing",
            Details = $"""
              --databases N                 databases of the server (its configured number by default); it does not start if the pool uses others
            {MediumOption}

            exit codes: 0 sound; 1 damaged, or the pool uses more databases; 2 cannot be opened
            """,
            Options = ["databases", "medium"],
            Run = CheckVerb.Run,
        },
        new Verb
        {
            Name = "stat",
            Synopsis = "POOL [--json]",
            Summary = "show statistics of a pool; changes nothing",
            Details = $"""
              --json                        print JSON
            {MediumOption}

            exit codes: 0 done; 1 done, but the pool is damaged; 2 cannot be opened
            """,
            Switches = ["json"],
            Options = ["medium"],
            Run = StatVerb.Run,
        },
        new Verb
        {
            Name = "salvage",
            Synopsis = "POOL --to NEWPOOL [--pool-size SIZE]",
            Summary = "copy the intact part of a damaged pool to a new one",
            Details = $"""
              --to NEWPOOL                  the pool to create; must not exist
            {PoolSizeOption}
            {MediumOption}

            exit codes: 0 nothing was lost; 1 something was lost, as reported; 2 not done
            """,
            Options = ["to", "pool-size", "medium"],
            Run = SalvageVerb.Run,
        },
        new Verb
        {
            Name = "grow",
            Synopsis = "POOL --to SIZE",
            Summary = "enlarge the pool file (needed on dax)",
            Details = $"""
              --to SIZE                     the new size of the file (like 4gb), rounded down to whole slots
            {MediumOption}

            exit codes: 0 done; 2 not done
            """,
            Options = ["to", "medium"],
            Run = GrowVerb.Run,
        },
        new Verb
        {
            Name = "export-aof",
            Synopsis = "POOL FILE | POOL --multi-part DIR",
            Summary = "export the data set as a Redis append-only file",
            Details = $"""
              --multi-part DIR              write Redis 7's folder with a manifest instead of a single file
            {MediumOption}

            exit codes: 0 done; 2 not done
            """,
            Options = ["multi-part", "medium"],
            Run = ExportAofVerb.Run,
        },
        new Verb
        {
            Name = "import-aof",
            Synopsis = "FILE POOL [options]",
            Summary = "import a Redis log: a file, a manifest, or its folder",
            Details = $"""
              --aof-load-truncated yes|no   leave out a torn end (yes, as in Redis) or refuse it (no)
            {ImportDetails}
            """,
            Switches = ["append", "skip-unsupported"],
            Options = ["aof-load-truncated", "pool-size", "medium"],
            Run = static (arguments, terminal) => ImportVerb.Run(arguments, isSnapshot: false, terminal),
        },
        new Verb
        {
            Name = "import-rdb",
            Synopsis = "FILE POOL [options]",
            Summary = "import a Redis snapshot",
            Details = ImportDetails,
            Switches = ["append", "skip-unsupported"],
            Options = ["pool-size", "medium"],
            Run = static (arguments, terminal) => ImportVerb.Run(arguments, isSnapshot: true, terminal),
        },
        new Verb
        {
            Name = "ping",
            Synopsis = "[--host HOST] [--port PORT]",
            Summary = "check that a running server answers",
            Details = """
              --host HOST                   where it is (127.0.0.1)
              --port PORT                   its port; by default the one that the PKV_... variables and appsettings.json say

            exit codes: 0 PONG; 1 no answer, or another one; 2 wrong use
            """,
            Options = ["host", "port"],
            Run = PingVerb.Run,
        },
    ];

    /// <summary>The verb of this name.</summary>
    /// <exception cref="UsageException">There is no such verb.</exception>
    public static Verb Find(string name)
    {
        if (All.FirstOrDefault(v => v.Name == name) is { } verb)
            return verb;
        string? nearest = NearestWord.Of(name.TrimStart('-'), [.. All.Select(v => v.Name)]);
        string what = name.StartsWith('-') ? $"there is no option {name} before the verb" : $"there is no verb '{name}'";
        throw new UsageException(what + (nearest is null ? "" : $"; did you mean {nearest}?"));
    }
}
