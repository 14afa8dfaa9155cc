using System.Diagnostics;
using Pkv.Cli.Terminal;
using Pkv.Server.Offline;

namespace Pkv.Cli.Import;

/// <summary>
/// Reads everything twice: once to see that it is whole and that this server has the commands for it, then to run it. So
/// malformed or unsupported data is reported before anything is written.
/// </summary>
internal sealed class Importer(ImportOptions options, CliTerminal terminal)
{
    private const long BytesPerTurn = 1 << 20;
    private const int ItemsPerTurn = 4096;
    private const int ItemsPerReport = 4096;

    private long _largestItemBytes;

    /// <summary>Returns the exit code.</summary>
    public int Run()
    {
        ImportSurvey survey = new();
        long stopAt = Survey(survey, out long tornBytes);
        if (survey.UnsupportedCount > 0 && !options.SkipsUnsupported)
            throw new CliException($"this server has no commands for {survey.UnsupportedText}; nothing was written; --skip-unsupported leaves them out");
        using PoolTarget target = PoolTarget.Open(options.PoolPath, options.Target, survey.HighestDatabase + 1, options.Appends, terminal);
        Stopwatch clock = Stopwatch.StartNew();
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        target.Session.DropExpired();
        using PoolSink sink = new(target.Session, now, dropsExpired: options.IsSnapshot, replaces: !target.WasEmpty);
        // A log is read back by its own clock: what has expired since was alive for the commands that follow it.
        target.Session.ClockMs = 0;
        target.Session.HoldsExpiry = true;
        Execute(sink, target.Session, stopAt);
        target.Session.HoldsExpiry = false;
        target.Session.ClockMs = null;
        long expired = sink.Expired + target.Session.DropExpired();
        long keys = target.Session.KeyCount;
        target.Complete();
        return Report(survey, sink, keys, expired, tornBytes, clock.Elapsed);
    }

    private ImportSource Open(long stopAt) => options.IsSnapshot ? ImportSource.Snapshot(options.SourcePath) : ImportSource.Log(options.SourcePath, stopAt);

    // Returns where the last file of a log is torn.
    private long Survey(ImportSurvey survey, out long tornBytes)
    {
        using ImportSource source = Open(long.MaxValue);
        long before = 0;
        for (long n = 0; source.ReadNext(survey); n++, before = source.DoneBytes)
        {
            _largestItemBytes = Math.Max(_largestItemBytes, source.DoneBytes - before);
            if (n % ItemsPerReport == 0)
                terminal.Progress.Report("Looking through", source.DoneBytes, source.TotalBytes, "bytes");
        }
        terminal.Progress.Done();
        tornBytes = source.TornBytes;
        if (source.IsTorn && !options.LoadsTruncated)
            throw new CliException($"{options.SourcePath} is cut short within a command or transaction: its last {tornBytes} bytes; --aof-load-truncated yes leaves them out");
        return source.WholeEnd;
    }

    private void Execute(PoolSink sink, PoolSession session, long stopAt)
    {
        using ImportSource source = Open(stopAt);
        for (bool more = true; more;)
        {
            session.AwaitRoom(BytesPerTurn + _largestItemBytes);
            session.Turn(() =>
            {
                long until = source.DoneBytes + BytesPerTurn;
                for (int n = 0; more && n < ItemsPerTurn && source.DoneBytes < until; n++)
                    more = source.ReadNext(sink);
            });
            terminal.Progress.Report("Importing", source.DoneBytes, source.TotalBytes, "bytes");
        }
        terminal.Progress.Done();
    }

    private int Report(ImportSurvey survey, PoolSink sink, long keys, long expired, long tornBytes, TimeSpan took)
    {
        string N(long number) => Printable.Number(number);
        foreach ((string what, long count) in survey.LeftOut)
            terminal.Out.WriteLine($"left out: {what} ({N(count)})");
        if (survey.UnsupportedCount > 0)
            terminal.Out.WriteLine($"left out, because this server has no commands for them: {survey.UnsupportedText}");
        if (tornBytes > 0)
            terminal.Out.WriteLine($"left out: the last {N(tornBytes)} bytes, which end within a command or transaction");
        if (sink.Failed > 0)
            terminal.Out.WriteLine($"{N(sink.Failed)} commands returned an error, the first: {sink.FirstError}");
        if (expired > 0)
            terminal.Out.WriteLine($"{N(expired)} keys had expired and were dropped");
        int databases = survey.HighestDatabase + 1;
        if (databases > new Server.Configuration.PkvOptions().Databases)
            terminal.Out.WriteLine($"database {survey.HighestDatabase} is used: the server needs --databases {databases} or more");
        double seconds = Math.Max(took.TotalSeconds, 0.001);
        terminal.Out.WriteLine($"{N(sink.Commands)} commands run in {seconds:F2} s ({N((long)(sink.Commands / seconds))} a second); the pool holds {N(keys)} keys");
        bool isWhole = survey.UnsupportedCount == 0 && tornBytes == 0 && sink.Failed == 0 && !survey.LosesData;
        return isWhole ? ExitCode.Sound : ExitCode.Damaged;
    }
}
