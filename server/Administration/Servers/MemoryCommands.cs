using Pkv.Engine.Commands;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Replies;
using Pkv.Resp;
using Pkv.Server.Administration.Servers.Info;
using Pkv.Server.Monitoring;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers;

/// <summary>MEMORY and its subcommands. Source: redis.io/commands/memory-usage and others, texts of Redis 7.0.15.</summary>
internal static unsafe class MemoryCommands
{
    // A slot of eight bytes in buckets that are about 5/7 full with a link each, and one of 16 bytes for an expiry.
    private const int SlotBytes = 13, ExpiryBytes = 16;

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("memory|usage", &Usage);
        bindings.Bind("memory|stats", &Statistics);
        bindings.Bind("memory|doctor", &Doctor);
        bindings.Bind("memory|malloc-stats", &AllocatorStatistics);
        bindings.Bind("memory|purge", &Purge);
        bindings.Bind("memory|help", &HelpReply.Container);
    }

    // Nothing is estimated from samples: a string is measured, a collection knows what it needs.
    private static void Usage(CommandContext context)
    {
        for (int i = 3; i < context.ArgCount; i += 2)
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(context.Arg(i), "SAMPLES"u8) || i + 1 >= context.ArgCount)
            {
                context.Reply.Error("ERR syntax error"u8);
                return;
            }
            if (!Integers.TryParse(context.Arg(i + 1), out long samples))
            {
                context.Reply.Error("ERR value is not an integer or out of range"u8);
                return;
            }
            if (samples < 0)
            {
                context.Reply.Error("ERR syntax error"u8);
                return;
            }
        }
        if (context.Find(context.KeyAt(2), out Entry entry, touch: false))
            context.Reply.Integer((entry.Collection == null ? Cell.LogBytes(entry.KeyBulk, entry.Kind) : entry.Collection->TotalBytes) + SlotBytes + (entry.ExpiryMs >= 0 ? ExpiryBytes : 0));
        else
            context.Reply.Null();
    }

    private static void Statistics(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        MemoryUse use = MemoryUse.Of(context.Server);
        long keys = 0;
        foreach (Database database in context.Server.Keyspace.Databases)
            keys += database.KeyCount;
        (string Name, long Value)[] numbers =
        [
            ("peak.allocated", use.PeakBytes), ("total.allocated", use.TotalBytes), ("startup.allocated", use.StartupBytes),
            ("replication.backlog", 0), ("clients.slaves", 0), ("clients.normal", use.ClientBytes), ("cluster.links", 0), ("aof.buffer", 0),
            ("lua.caches", 0), ("functions.caches", 0), ("overhead.total", use.OverheadBytes), ("overhead.index", use.IndexBytes),
            ("overhead.collections", use.CollectionBytes),
            ("overhead.managed", use.ManagedBytes), ("keys.count", keys), ("keys.bytes-per-key", keys == 0 ? 0 : use.TotalBytes / keys),
            ("dataset.bytes", use.PoolBytes), ("allocator.resident", use.ResidentBytes), ("fragmentation.bytes", use.ResidentBytes - use.TotalBytes),
        ];
        (string Name, double Value)[] shares =
        [
            ("dataset.percentage", 100.0 * use.PoolBytes / Math.Max(1, use.TotalBytes)),
            ("peak.percentage", 100.0 * use.TotalBytes / Math.Max(1, use.PeakBytes)),
            ("fragmentation", (double)use.ResidentBytes / Math.Max(1, use.TotalBytes)),
        ];
        reply.Map(numbers.Length + shares.Length);
        foreach ((string name, long value) in numbers)
        {
            reply.Bulk(name);
            reply.Integer(value);
        }
        foreach ((string name, double value) in shares)
        {
            reply.Bulk(name);
            reply.Double(value);
        }
    }

    private static void Doctor(CommandContext context)
    {
        MemoryUse use = MemoryUse.Of(context.Server);
        Persistence.Segments.Pool pool = context.Server.Pool;
        double full = 100.0 * pool.UsedSlots / Math.Max(1, pool.MaxSlots);
        string verdict = full > 90
            ? $"The pool is {full:F0} % full: when it is full writes are refused, reads and deletes go on. Give it a larger --pool-size."
            : $"Nothing odd: the pool is {full:F0} % full ({InfoWriter.Human(use.PoolBytes)} used), the index takes {InfoWriter.Human(use.IndexBytes)}.";
        context.Reply.Verbatim(verdict + "\n");
    }

    private static void AllocatorStatistics(CommandContext context)
    {
        GCMemoryInfo heap = GC.GetGCMemoryInfo();
        MemoryUse use = MemoryUse.Of(context.Server);
        context.Reply.Verbatim(
            $"pool: {use.PoolBytes} bytes in use\nindex: {use.IndexBytes} bytes\ncollections: {use.CollectionBytes} bytes\n"
            + $"managed heap: {heap.HeapSizeBytes} bytes, {heap.FragmentedBytes} fragmented, {heap.TotalCommittedBytes} committed, "
            + $"{GC.CollectionCount(0)}/{GC.CollectionCount(1)}/{GC.CollectionCount(2)} collections, {heap.PauseTimePercentage} % of the time paused\n");
    }

    private static void Purge(CommandContext context)
    {
        NativeHeap.Trim();
        context.Reply.Ok();
    }
}
