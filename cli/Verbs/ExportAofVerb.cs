using Pkv.Cli.Export;
using Pkv.Cli.Terminal;
using Pkv.Engine.Execution;
using Pkv.Server.Offline;

namespace Pkv.Cli.Verbs;

/// <summary>
/// <c>export-aof POOL FILE</c>: the data set as a standard append-only file. A damaged pool is not exported: what is
/// whole in it must be asked for by name (salvage). Keys that have expired are left out.
/// </summary>
internal static class ExportAofVerb
{
    public static int Run(Arguments arguments, CliTerminal terminal)
    {
        string path = arguments.Word("the pool's path");
        string? folder = arguments.Text("multi-part");
        string file = folder ?? arguments.Word("the file to write");
        Server.Configuration.MediumChoice medium = arguments.Medium();
        arguments.End();
        using OfflinePool pool = OfflinePool.Open(path, medium, Environment.ProcessorCount, terminal.Progress);
        if (pool.Damages.Count + pool.Census.Unreadable.Count is var damages and > 0)
            throw new CliException($"the pool is damaged in {damages} place(s), listed by pkv check; pkv salvage writes a sound pool from what is intact");
        if (pool.Replay() is { } error)
            throw new CliException($"the pool cannot be replayed: {error}");
        using ExportTarget target = new(file, isFolder: folder is not null);
        long expired = Write(pool, new AofWriter(target.Stream), terminal, out long written);
        target.Complete();
        terminal.Out.WriteLine($"{Printable.Number(written)} keys exported to {file}" + (expired == 0 ? "" : $"; {Printable.Number(expired)} had expired"));
        return ExitCode.Sound;
    }

    // Returns the keys left out because they had expired.
    private static long Write(OfflinePool pool, AofWriter writer, CliTerminal terminal, out long written)
    {
        const int keysPerReport = 4096;
        long expired = 0, now = Clock.NowMs(), total = pool.KeyCount;
        pool.VisitKeys((in StoredKey key) =>
        {
            if (key.ExpiryMs >= 0 && key.ExpiryMs <= now)
            {
                expired++;
                return;
            }
            writer.Write(key);
            if (writer.Keys % keysPerReport == 0)
                terminal.Progress.Report("Exporting", writer.Keys + expired, total, "keys");
        });
        terminal.Progress.Done();
        written = writer.Keys;
        return expired;
    }
}
