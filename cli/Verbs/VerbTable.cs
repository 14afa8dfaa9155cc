namespace Pkv.Cli.Verbs;

/// <summary>All verbs, in the order in which the usage lists them.</summary>
internal static class VerbTable
{
    private const string MediumOption = "  --medium auto|dax|dram|file   what the pool is on, as the server takes it; auto is right unless the server was told";
    private const string PoolSizeOption = "  --pool-size SIZE              how far the pool may grow (like 4gb), as for the server";

    private const string ImportDetails = $"""
        {PoolSizeOption}
          --append                      the pool may hold keys: imported keys replace those of the same name
          --skip-unsupported            leave out types and commands that this server does not have
        {MediumOption}

        exit codes: 0 all of it was imported; 1 something was left out, which the text names; 2 not done
        """;

    public static IReadOnlyList<Verb> All { get; } =
    [
        new Verb
        {
            Name = "check",
            Synopsis = "POOL [--databases N]",
            Summary = "look for damage; changes nothing",
            Details = $"""
              --databases N                 databases that the server will have (16 by default): a pool that uses others does not start
            {MediumOption}

            exit codes: 0 sound; 1 damaged, or the server would not start with so few databases; 2 cannot be opened
            """,
            Options = ["databases", "medium"],
            Run = CheckVerb.Run,
        },
        new Verb
        {
            Name = "stat",
            Synopsis = "POOL [--json]",
            Summary = "what the pool holds; changes nothing",
            Details = $"""
              --json                        as JSON, for a script
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
            Summary = "what is whole of a damaged pool, into a new one",
            Details = $"""
              --to NEWPOOL                  the pool to make; nothing may be there
            {PoolSizeOption}
            {MediumOption}

            exit codes: 0 nothing was lost; 1 something was, which the text names; 2 not done
            """,
            Options = ["to", "pool-size", "medium"],
            Run = SalvageVerb.Run,
        },
        new Verb
        {
            Name = "grow",
            Synopsis = "POOL --to SIZE",
            Summary = "make the pool's file larger, which a dax pool needs",
            Details = $"""
              --to SIZE                     the length of the file (like 4gb), rounded down to whole slots
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
            Summary = "the data set as an append-only file that a Redis loads",
            Details = $"""
              --multi-part DIR              as a folder with a manifest, as Redis 7 keeps it, instead of a single file
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
            Summary = "a Redis's log: a file, a manifest, or the folder of one",
            Details = $"""
              --aof-load-truncated yes|no   whether a torn end is left out (yes, as in Redis) or refused
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
            Summary = "a Redis's snapshot",
            Details = ImportDetails,
            Switches = ["append", "skip-unsupported"],
            Options = ["pool-size", "medium"],
            Run = static (arguments, terminal) => ImportVerb.Run(arguments, isSnapshot: true, terminal),
        },
        new Verb
        {
            Name = "ping",
            Synopsis = "[--host HOST] [--port PORT]",
            Summary = "does a running server answer?",
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
    /// <exception cref="UsageException">There is none.</exception>
    public static Verb Find(string name)
    {
        if (All.FirstOrDefault(v => v.Name == name) is { } verb)
            return verb;
        string? nearest = NearestWord.Of(name.TrimStart('-'), [.. All.Select(v => v.Name)]);
        string what = name.StartsWith('-') ? $"there is no option {name} before the verb" : $"there is no verb '{name}'";
        throw new UsageException(what + (nearest is null ? "" : $"; did you mean {nearest}?"));
    }
}
