using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using HdrHistogram;
using HdrHistogram.Encoding;
using HdrHistogram.Utilities;
using Pkv.Figures;
using Pkv.Ycsb.Engine;
using Pkv.Ycsb.Measuring;

namespace Pkv.Ycsb.Report;

/// <summary>
/// HdrHistogram's interval log, format 1.3: a line for each kind of operation and interval, tagged with the kind's name in the
/// report, with all latencies of that interval in nanoseconds. The file is complete after each <see cref="Append"/>. One thread
/// uses it, which is not one that drives connections: encoding a line allocates.
/// </summary>
/// <remarks>
/// The lines are put together here because the library's HistogramLogWriter (2.5.0) writes UTF-16, which HdrHistogram's readers
/// in other languages do not take. Format: https://github.com/HdrHistogram/HdrHistogram/blob/master/src/main/java/org/HdrHistogram/HistogramLogWriter.java
/// </remarks>
internal sealed class LatencyLog : IDisposable
{
    // The buckets of a histogram with three digits are those of LatencyHistogram with Metric.SubBits: 1024 per power of two.
    private const int Digits = 3;

    // A compressed histogram of the second encoding, in words of 64 bits; then comes the length of the compressed part.
    private const int CompressedCookie = 0x1c849304 | 0x10;
    private const int HeadBytes = 2 * sizeof(int);

    private readonly StreamWriter _file;
    private readonly List<(string Tag, LatencyWindow Window)> _kinds = [];
    private readonly double _startSeconds;
    private readonly long _startNs;
    private double _lastSeconds;

    /// <param name="path">The file, which is replaced if it is there.</param>
    /// <param name="loops">What the loops measure; at least one.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public LatencyLog(string path, IReadOnlyList<Measurements> loops)
    {
        bool isIntended = loops[0].Interval == MeasuredInterval.Intended;
        foreach ((MetricName name, _) in loops[0].All())
        {
            Add("", name, isIntended ? m => m.Intended : m => m.Done, isIntended ? m => m.IntendedFailed : m => m.Failed);
            if (loops[0].Interval == MeasuredInterval.Both && name != MetricName.Verify) Add("Intended-", name, m => m.Intended, m => m.IntendedFailed);
        }
        _file = new StreamWriter(path) { NewLine = "\n" };
        DateTimeOffset start = DateTimeOffset.UtcNow;
        _startNs = Clock.NowNs();
        _startSeconds = _lastSeconds = start.ToUnixTimeMilliseconds() / 1000.0;
        _file.WriteLine("#[pkv-ycsb: latencies in nanoseconds, Interval_Max in milliseconds]");
        _file.WriteLine("#[Histogram log format version 1.3]");
        _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#[StartTime: {_startSeconds:F3} (seconds since epoch), {start:o}]"));
        _file.WriteLine("\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"");
        _file.Flush();

        void Add(string prefix, MetricName name, Func<Metric, LatencyHistogram> done, Func<Metric, LatencyHistogram> failed)
        {
            string tag = prefix + MetricTitle.Of(name);
            _kinds.Add((tag, new LatencyWindow(loops, name, done)));
            _kinds.Add((tag + "-FAILED", new LatencyWindow(loops, name, failed)));
        }
    }

    /// <summary>Writes what was measured since the last call; kinds of which nothing was measured have no line.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Append()
    {
        double now = _startSeconds + (Clock.NowNs() - _startNs) / 1e9;
        foreach ((string tag, LatencyWindow window) in _kinds)
        {
            window.Update();
            if (window.Since.Count > 0) _file.WriteLine(Line(tag, _lastSeconds, now - _lastSeconds, window.Since));
        }
        _file.Flush();
        _lastSeconds = now;
    }

    public void Dispose() => _file.Dispose();

    private static string Line(string tag, double startSeconds, double lengthSeconds, LatencyHistogram latencies)
    {
        LongHistogram histogram = new(Math.Max(2, latencies.MaxNs), Digits);
        foreach ((long upperNs, long count) in latencies.Buckets()) histogram.RecordValueWithCount(upperNs, count);
        return string.Create(CultureInfo.InvariantCulture,
            $"Tag={tag},{startSeconds:F3},{lengthSeconds:F3},{latencies.MaxNs / 1e6:F3},{Convert.ToBase64String(Compressed(histogram))}");
    }

    // The library's own compression leaves out zlib's checksum, without which strict readers refuse the stream.
    private static byte[] Compressed(LongHistogram histogram)
    {
        ByteBuffer buffer = ByteBuffer.Allocate(histogram.GetNeededByteBufferCapacity());
        byte[] plain = new byte[histogram.Encode(buffer, HistogramEncoderV2.Instance)];
        buffer.Position = 0;
        for (int i = 0; i < plain.Length; i++) plain[i] = buffer.Get();
        using MemoryStream stream = new();
        stream.Write(stackalloc byte[HeadBytes]);
        using (ZLibStream zlib = new(stream, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(plain);
        byte[] payload = stream.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(payload, CompressedCookie);
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(sizeof(int)), payload.Length - HeadBytes);
        return payload;
    }
}
