using System.Diagnostics;

namespace Pkv.Bench.Tracking;

/// <summary>
/// The questions that an engine asks of what it tracks, put to a tracker that holds a number of ranges of half a MiB, every second
/// half MiB of an address space. Which range is asked for is drawn beforehand.
/// </summary>
internal sealed class TrackingComparison
{
    private const long RangeBytes = 512 << 10, Step = 2 * RangeBytes, Base = 0x7f00_0000_0000, ContentBase = 0x7e00_0000_0000;
    private static readonly int[] s_untrackedSizes = [16 << 10, 64 << 10, 512 << 10];

    private readonly IRangeTracker _tracker;
    private readonly int[] _drawn;
    private readonly List<(string Question, Func<int, long> Ask)> _questions = [];

    /// <param name="tracker">Empty; it is filled.</param>
    /// <param name="ranges">Live ranges.</param>
    /// <param name="times">Questions of a kind in a round.</param>
    public TrackingComparison(IRangeTracker tracker, int ranges, int times)
    {
        _tracker = tracker;
        Random random = new(ranges);
        _drawn = [.. Enumerable.Range(0, times).Select(_ => random.Next(ranges))];
        for (int i = 0; i < ranges; i++) tracker.Insert(Start(i), RangeBytes, Content(i));
        foreach (int bytes in s_untrackedSizes)
            _questions.Add(($"{bytes >> 10} KiB that are not tracked: is any page?", i => _tracker.TracksAny(Start(i) + RangeBytes, bytes) ? -1 : 0));
        _questions.Add(("512 KiB that are tracked: where is the content?",
            i => _tracker.ContentAt(Start(i), RangeBytes, out long content) == RangeBytes && content == Content(i) ? 0 : -1));
        _questions.Add(("512 KiB are no longer tracked, and are again", i =>
        {
            _tracker.Remove(Start(i), RangeBytes);
            _tracker.Insert(Start(i), RangeBytes, Content(i));
            return 0;
        }));
    }

    /// <summary>One round: each question and what it took.</summary>
    /// <exception cref="InvalidOperationException">The tracker gave a wrong answer.</exception>
    public IEnumerable<(string Question, double Nanoseconds)> Measure()
    {
        foreach ((string question, Func<int, long> ask) in _questions)
        {
            long wrong = 0, began = Stopwatch.GetTimestamp();
            foreach (int i in _drawn) wrong |= ask(i);
            double nanoseconds = Stopwatch.GetElapsedTime(began).TotalNanoseconds / _drawn.Length;
            if (wrong != 0) throw new InvalidOperationException($"{_tracker.Title}: wrong answer to '{question}'");
            yield return (question, nanoseconds);
        }
    }

    private static long Start(int i) => Base + i * Step;

    private static long Content(int i) => ContentBase + i * RangeBytes;
}
