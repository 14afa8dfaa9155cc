using System.IO.Compression;
using System.Text;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;
using Pkv.Resp;
using Pkv.Tests.Differential;
using Pkv.Tests.House;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Golden;

/// <summary>
/// A pool that was written once, and what is in it: every later build of this format version reads exactly that. It was left
/// by a killed server, holds every command that is ever logged, chained transactions, and open, sealed and freed segments.
/// Never make it anew to make a test pass: that is what it is for. When the format version changes, the test says how.
/// </summary>
public sealed unsafe class GoldenPoolTests : IDisposable
{
    private const string MakeVariable = "PKV_MAKE_GOLDEN";

    private static readonly string[] LoggedCommands =
    [
        "DEL", "FLUSHALL", "FLUSHDB", "GETSET", "HDEL", "HMSET", "HSET", "HSETNX", "LPUSH", "LPUSHX", "MSET", "MSETNX", "PERSIST", "PEXPIREAT",
        "PKV.LCUT", "PKV.LPUT", "PKV.LRUN", "PKV.SPUT", "PKV.XCUT", "PKV.XPUT", "PKV.XSET", "PSETEX", "RPUSH", "RPUSHX", "SADD", "SET", "SETEX", "SETNX", "SREM", "SWAPDB", "XADD", "ZADD", "ZREM",
    ];

    private readonly string _path = Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"pkv-golden-{Guid.NewGuid():n}.pool");

    private static string Name => NameOf(PoolHeader.CurrentVersion);

    public void Dispose() => File.Delete(_path);

    public static TheoryData<uint> Versions => [.. Enumerable.Range((int)PoolHeader.OldestVersion, (int)(PoolHeader.CurrentVersion - PoolHeader.OldestVersion) + 1).Select(v => (uint)v)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void This_build_reads_the_golden_pool_to_the_byte(uint version)
    {
        Unpack(version);
        using PkvServer server = PkvServer.InProcess();
        server.Stop();
        File.Copy(_path, server.PoolPath, overwrite: true);
        server.Start();
        AssertExpected(server, version);
        // And again, after this build has sealed, and written to, what it found.
        using (RespClient client = server.Connect())
        {
            client.Call("SET", "new", "value");
            client.Call("DEL", "new");
        }
        server.Restart();
        AssertExpected(server, version);
        // It is one of this version now: another string than those of the version before may be in it.
        server.Stop();
        using FileStream file = File.OpenRead(server.PoolPath);
        file.Position = 8;
        Assert.Equal((int)PoolHeader.CurrentVersion, file.ReadByte());
    }

    [Fact]
    public void The_golden_pool_holds_every_logged_command_and_every_kind_of_segment()
    {
        Unpack(PoolHeader.CurrentVersion);
        using Pool pool = Pool.Open(new DramMedium(_path, 256 << 20, flush: false, writeLatencyNs: 0, bandwidthMbps: 0), new PoolOptions { MaxBytes = 256 << 20, Threads = 1 });
        PoolScanner scanner = new(pool);
        RecoveredEntry[] entries = scanner.Scan(threads: 1);
        Assert.Empty(scanner.Damages);
        Assert.Equal(LoggedCommands.Order(StringComparer.Ordinal), entries.SelectMany(CommandsOf).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains(entries, e => (e.Flags & EntryFlags.Continued) != 0);
        Assert.Contains(entries, e => (e.Flags & (EntryFlags.Continued | EntryFlags.Continuation)) == (EntryFlags.Continued | EntryFlags.Continuation));
        Assert.Contains(entries, e => (e.Flags & EntryFlags.Global) != 0);
        Assert.True(entries.Select(e => e.Database).Distinct().Count() >= 3);
        List<DirectoryWord> words = [];
        for (int slot = 0; slot < pool.Slots; slot++)
        {
            Assert.True(DirectoryWord.TryUnpack(slot, pool.Directory.Raw(slot), out DirectoryWord word));
            words.Add(word);
        }
        Assert.Contains(words, w => w is { IsPresent: true, IsSealed: true });
        Assert.Contains(words, w => w is { IsPresent: true, IsSealed: false });
        Assert.Contains(words, w => !w.IsPresent && w.Generation > 0);
        Assert.Contains(pool.Snapshot(), s => s.Slots > 1);
    }

    [Fact]
    public void The_pool_of_a_version_that_is_not_read_is_refused_by_name()
    {
        using (FileStream packed = File.OpenRead(Path.Combine(Repository.Root, "tests/Golden/v2.pool.gz")))
        using (GZipStream unpacked = new(packed, CompressionMode.Decompress))
        using (FileStream file = File.Create(_path))
            unpacked.CopyTo(file);
        MediumException refused = Assert.Throws<MediumException>(() =>
            Pool.Open(new DramMedium(_path, 256 << 20, flush: false, writeLatencyNs: 0, bandwidthMbps: 0), new PoolOptions { MaxBytes = 256 << 20, Threads = 1 }));
        Assert.Equal("the pool has format version 2; this server reads versions 3 to 5", refused.Message);
    }

    private static string NameOf(uint version) => $"tests/Golden/v{version}";

    private void Unpack(uint version)
    {
        string pool = Path.Combine(Repository.Root, $"{NameOf(version)}.pool.gz");
        if (version == PoolHeader.CurrentVersion && !File.Exists(pool) && Environment.GetEnvironmentVariable(MakeVariable) == "1")
            GoldenPool.Make(pool, Path.Combine(Repository.Root, $"{Name}.json"));
        Assert.True(File.Exists(pool), $"format version {PoolHeader.CurrentVersion} has no golden pool: make it once, with the build that "
            + $"brings the version, by {MakeVariable}=1 dotnet test --filter FullyQualifiedName~GoldenPool, and commit {Name}.*; "
            + "the older ones stay, and are read or refused by name");
        using FileStream packed = File.OpenRead(pool);
        Assert.InRange(packed.Length, 1, 200 * 1024);
        using GZipStream unpacked = new(packed, CompressionMode.Decompress);
        using FileStream file = File.Create(_path);
        unpacked.CopyTo(file);
    }

    private static void AssertExpected(PkvServer server, uint version)
    {
        string expected = File.ReadAllText(Path.Combine(Repository.Root, $"{NameOf(version)}.json"));
        Assert.Equal(expected, GoldenPool.Text(DataSet.Capture(server.Connect)));
    }

    private static List<string> CommandsOf(RecoveredEntry entry)
    {
        List<string> names = [];
        using ArgList arguments = new();
        byte* end = entry.Start + entry.Length;
        for (byte* p = entry.Start; p < end;)
        {
            ParseResult result = RespParser.Parse(p, end, arguments, new ParseLimits { MaxBulkBytes = int.MaxValue });
            Assert.Equal(ParseStatus.Complete, result.Status);
            names.Add(Encoding.ASCII.GetString(arguments.Items[0].Span).ToUpperInvariant());
            p += result.Consumed;
        }
        return names;
    }
}
