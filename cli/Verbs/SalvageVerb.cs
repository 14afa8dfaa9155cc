using Pkv.Cli.Import;
using Pkv.Cli.Salvage;
using Pkv.Cli.Terminal;
using Pkv.Persistence.Format;
using Pkv.Persistence.Recovery;
using Pkv.Server.Offline;

namespace Pkv.Cli.Verbs;

/// <summary>
/// <c>salvage POOL --to NEWPOOL</c>: copies the intact part of a damaged pool to a new one. The damaged pool is not
/// changed. Says what was lost.
/// </summary>
internal static class SalvageVerb
{
    public static int Run(Arguments arguments, CliTerminal terminal)
    {
        string path = arguments.Word("the pool's path");
        string target = arguments.RequiredText("to", "NEWPOOL");
        PoolTargetOptions options = new(arguments.Medium(), arguments.Size("pool-size") ?? 0);
        arguments.End();
        if (Path.Exists(target))
            throw new CliException($"{target} already exists and will not be overwritten");
        using OfflinePool damaged = OfflinePool.OpenDamaged(path, options.Medium, Environment.ProcessorCount, terminal.Progress);
        string? replayError = damaged.Replay();
        // The new pool may be on another medium than the damaged one's.
        PoolTargetOptions fresh = options with { Medium = Server.Configuration.MediumChoice.Auto };
        using PoolTarget pool = PoolTarget.Open(target, fresh, damaged.Databases, appends: false, terminal);
        using KeyCopy copy = new(pool.Session);
        copy.CopyAll(damaged, terminal.Progress);
        pool.Complete();
        int losses = TellLosses(damaged, replayError, terminal);
        terminal.Out.WriteLine($"{Printable.Number(copy.Keys)} keys written to {target}"
            + (copy.Expired == 0 ? "" : $"; {Printable.Number(copy.Expired)} had expired"));
        terminal.Out.WriteLine(losses == 0 ? "nothing was lost: the pool is sound" : "it is not known which keys the lost commands changed: "
            + "such a key may be missing, have an older value, or be present although it was deleted");
        return losses == 0 ? ExitCode.Sound : ExitCode.Damaged;
    }

    private static int TellLosses(OfflinePool pool, string? replayError, CliTerminal terminal)
    {
        long entries = 0, segments = 0;
        if (pool.HeaderDamage is { } header)
            terminal.Out.WriteLine($"damage: {header}");
        foreach (PoolDamage damage in pool.Damages)
        {
            terminal.Out.WriteLine($"damage: {damage}");
            long within = damage.Offset - PoolHeader.SegmentsOffset;
            if (within >= 0 && within % PoolHeader.SlotBytes >= SegmentHeader.SizeBytes)
                entries += damage.Bytes / CommitEntry.SizeBytes;
            else if (pool.Pool.SegmentAt(PoolHeader.SegmentsOffset + (long)damage.Slot * PoolHeader.SlotBytes) is null)
                segments++;
        }
        foreach (PoolDamage record in pool.Census.Unreadable)
            terminal.Out.WriteLine($"cannot be replayed: {record}");
        if (replayError is not null)
            terminal.Out.WriteLine($"cannot be replayed: {replayError}");
        int losses = (pool.HeaderDamage is null ? 0 : 1) + pool.Damages.Count + pool.Census.Unreadable.Count + (replayError is null ? 0 : 1);
        if (losses > 0)
        {
            terminal.Out.WriteLine($"lost: {Printable.Number(entries)} commit entries (each a command or several) in {Printable.Number(pool.Damages.Select(d => d.Slot).Distinct().Count())} damaged segments, "
                + $"{Printable.Number(segments)} segments without a readable header, {Printable.Number(pool.Census.Unreadable.Count)} records that cannot be replayed");
        }
        return losses;
    }
}
