using Pkv.Cli.Terminal;
using Pkv.Server.Offline;

namespace Pkv.Cli.Verbs;

/// <summary><c>stat POOL [--json]</c>: what the pool holds and how full it is. Changes nothing.</summary>
internal static class StatVerb
{
    public static int Run(Arguments arguments, CliTerminal terminal)
    {
        string path = arguments.Word("the pool's path");
        Server.Configuration.MediumChoice medium = arguments.Medium();
        bool json = arguments.Has("json");
        arguments.End();
        using OfflinePool pool = OfflinePool.Open(path, medium, Environment.ProcessorCount, terminal.Progress);
        if (pool.Replay() is { } error)
            terminal.Note($"pkv: some records cannot be replayed: {error}");
        PoolFigures figures = PoolFigures.Take(pool);
        if (json)
            terminal.Out.WriteLine(StatReport.Json(figures));
        else
            StatReport.Print(figures, terminal);
        return figures.Damages == 0 ? ExitCode.Sound : ExitCode.Damaged;
    }
}
