using Pkv.Cli.Terminal;
using Pkv.Persistence.Recovery;
using Pkv.Server.Configuration;
using Pkv.Server.Offline;

namespace Pkv.Cli.Verbs;

/// <summary>
/// <c>check POOL</c>: every damage with its place and cause, whether all records can be replayed, and how many keys a
/// server would find. Does what a server's start does, on a private copy.
/// </summary>
internal static class CheckVerb
{
    public static int Run(Arguments arguments, CliTerminal terminal)
    {
        string path = arguments.Word("the pool's path");
        MediumChoice medium = arguments.Medium();
        int databases = arguments.Number("databases", "a number of databases", ushort.MaxValue + 1) ?? ServersDatabases();
        arguments.End();
        using OfflinePool pool = OfflinePool.Open(path, medium, Environment.ProcessorCount, terminal.Progress);
        string? replayError = pool.Replay();
        foreach (PoolDamage damage in pool.Damages)
            terminal.Out.WriteLine($"damage: {damage}");
        foreach (PoolDamage record in pool.Census.Unreadable)
            terminal.Out.WriteLine($"cannot be replayed: {record}");
        if (replayError is not null)
            terminal.Out.WriteLine($"cannot be replayed: {replayError}");
        int findings = pool.Damages.Count + pool.Census.Unreadable.Count + (replayError is null ? 0 : 1);
        terminal.Out.WriteLine($"{Printable.Number(pool.Pool.Slots)} slots, {Printable.Number(pool.Entries.LongLength)} commit entries, "
            + $"{Printable.Number(pool.Census.Commands)} commands, {Printable.Number(pool.RecordBytes)} bytes of records, all checksums verified");
        if (pool.TornEntries > 0)
            terminal.Out.WriteLine($"{Printable.Number(pool.TornEntries)} torn entries cut: they were being written when the server stopped and were never acknowledged; this is normal");
        bool fits = pool.Census.HighestDatabase < databases;
        if (!fits)
            terminal.Out.WriteLine($"database {pool.Census.HighestDatabase} is used: a server with --databases {databases} does not start; it needs --databases {pool.Census.HighestDatabase + 1} or more");
        terminal.Out.WriteLine($"{Printable.Number(pool.KeyCount)} keys would be recovered"
            + (findings == 0 ? "" : " under --recovery-mode salvage; with strict (the default) the server does not start"));
        terminal.Out.WriteLine(findings > 0 ? $"the pool is damaged in {findings} place(s)" : fits ? "the pool is sound" : "the pool is sound, but needs a server with more databases");
        return findings == 0 && fits ? ExitCode.Sound : ExitCode.Damaged;
    }

    // What a server would have that is started here without arguments.
    private static int ServersDatabases() => (ConfigLoader.Load([]).Options ?? new PkvOptions()).Databases;
}
