using System.Text;
using Pkv.Persistence.Log;
using Pkv.Persistence.Media;
using Pkv.Persistence.Recovery;
using Pkv.Persistence.Segments;

namespace Pkv.Tests.Persistence;

/// <summary>A pool in shared memory and the hands that write to it, without a server around: for tests of the log.</summary>
internal sealed unsafe class LogBench : IDisposable
{
    public const long Bytes = 64 << 20;

    private bool _isClosed;

    public LogBench()
    {
        Pool = Open();
        Log = new LogWriter(Pool, 0);
        Append = new AppendLog(Pool);
    }

    public string Path { get; } = System.IO.Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(), $"pkv-log-{Guid.NewGuid():n}.pool");

    public Pool Pool { get; private set; }

    public LogWriter Log { get; }

    public AppendLog Append { get; }

    /// <summary>Notes a record in the segment that is open; returns its segment.</summary>
    public Segment Note(ulong sequence, string record, int database = 0) => Note(Append, sequence, record, database);

    public Segment Note(AppendLog append, ulong sequence, string record, int database = 0)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(record);
        if (!append.TryReserve(bytes.Length))
            throw new InvalidOperationException("the pool is full");
        Segment segment = append.Current!;
        bytes.CopyTo(new Span<byte>(append.Tail, bytes.Length));
        if (!Log.TryNote(segment, append.Tail, (uint)bytes.Length, sequence, 1, database, default))
            throw new InvalidOperationException("no room for an entry");
        segment.Tail += (uint)bytes.Length;
        return segment;
    }

    /// <summary>Maps the pool anew, as a server does after a crash, and returns what the scan finds: "sequence:record".</summary>
    public List<string> Reopen(out PoolScanner scanner)
    {
        Close();
        Pool = Open();
        _isClosed = false;
        scanner = new PoolScanner(Pool);
        List<string> found = [];
        foreach (RecoveredEntry entry in scanner.Scan(threads: 2))
            found.Add($"{entry.Sequence}:{Encoding.Latin1.GetString(entry.Start, (int)entry.Length)}");
        return found;
    }

    /// <summary>Lets go of the pool file, as a server does that ends.</summary>
    public void Close()
    {
        if (!_isClosed)
            Pool.Dispose();
        _isClosed = true;
    }

    public void Dispose()
    {
        Close();
        File.Delete(Path);
    }

    private Pool Open() => Pool.Open(new DramMedium(Path, Bytes, flush: false, writeLatencyNs: 0, bandwidthMbps: 0),
        new PoolOptions { MaxBytes = Bytes, Threads = 2 });
}
