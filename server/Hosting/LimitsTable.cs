using System.Globalization;
using System.Text;
using Pkv.Engine.Cleaning;
using Pkv.Engine.Eviction;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Space;
using Pkv.Persistence.Cleaning;
using Pkv.Persistence.Format;
using Pkv.Persistence.Log;
using Pkv.Persistence.Segments;
using Pkv.Server.Net;
using Pkv.Server.PubSub;

namespace Pkv.Server.Hosting;

/// <summary>The table of limits and intervals in docs/operations.md, made from the constants that set them.</summary>
internal static class LimitsTable
{
    public static string Markdown()
    {
        var text = new StringBuilder("| what | limit | set by |\n|---|---|---|\n");
        Row("pool", Bytes(MediumFactory.MaxReachBytes), "MediumFactory.MaxReachBytes");
        Row("growth of a pool while the server runs", $"to {Number(MediumFactory.GrowthFactor)} times its `pool-size` at startup", "MediumFactory.GrowthFactor");
        Row("record", $"{Number(Segment.MaxSlots)} slots of {Bytes(PoolHeader.SlotBytes)}", "Segment.MaxSlots");
        Row("live data of a large pool, share of its size", Number(SpaceLimit.MaxLiveShare), "SpaceLimit.MaxLiveShare");
        Row("unfinished commands in the pool, share of the free space", $"1/{Number(ClaimLimit.FreeShare)} for all clients, 1/{Number(ClaimLimit.FreeShare * ClaimLimit.ClientShare)} for each", "ClaimLimit.FreeShare, ClientShare");
        Row("values that the cleaner moves to make adjacent slots free", $"up to {Bytes((long)SlotWindow.MaxMovedSlots * PoolHeader.SlotBytes)}", "SlotWindow.MaxMovedSlots");
        Row("wait of a write for adjacent slots without progress", $"{Number(SlotWindow.StuckAfterMs / 1000)} s; on media that need a sync {Number(SlotWindow.StuckAfterMsOfDevice / 1000)} s", "SlotWindow.StuckAfterMs, StuckAfterMsOfDevice");
        Row("wait of a write for a device that is slow to sync", $"{Number(Shortage.MaxWaitForDeviceSeconds)} s, longer in a large pool", "Shortage.MaxWaitForDeviceSeconds");
        Row("slots for each I/O thread, below which a command's writes are not interrupted", Number(AppendLog.SlotsPerThreadForSpare), "AppendLog.SlotsPerThreadForSpare");
        Row("stripes of a database's keys, each with a lock", Number(Database.StripeCount), "Database.StripeCount");
        Row("interval at which a long command lets others be served", $"{Number(InnerTurns.PeriodMs)} ms", "InnerTurns.PeriodMs");
        Row("messages on their way to one I/O thread", Bytes(Inlet.WaitingBytesMax), "Inlet.WaitingBytesMax");
        Row("check whether the pool file is in its place", $"every {Number(PoolFileWatch.PeriodMs)} ms", "PoolFileWatch.PeriodMs");
        Row("retry after a failed sync", $"every {Number(SyncCoordinator.RetryMs)} ms", "SyncCoordinator.RetryMs");
        Row("descriptors set aside for the server", Number(FileDescriptorLimit.Headroom), "FileDescriptorLimit.Headroom");
        return text.ToString();

        void Row(string what, string limit, string code) => text.Append($"| {what} | {limit} | `{code}` |\n");
    }

    private static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Bytes(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
        int unit = 0;
        for (; bytes >= 1024 && bytes % 1024 == 0 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return $"{Number(bytes)} {units[unit]}";
    }
}
