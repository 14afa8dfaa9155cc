using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Pkv.Tests.CrashStates;

/// <summary>Explores stream after stream, two at a time, until so many crash states were tried or one was wrong.</summary>
internal sealed class CrashSearch(Func<int, ExplorationOptions> streamOf)
{
    /// <summary>Names the seed of the one stream that is to be explored, again and again: threads are timed anew each time.</summary>
    public const string SeedVariable = "PKV_CRASH_SEED";

    private const int RepeatsOfASeed = 20;

    private readonly ConcurrentQueue<string> _wrong = [];
    private readonly ConcurrentDictionary<string, long> _byKind = [];
    private int _nextSeed;
    private long _states, _streams, _events, _freed, _opened;

    public long States => Volatile.Read(ref _states);

    public long SegmentsFreed => Volatile.Read(ref _freed);

    /// <summary>What was wrong first, with the command that looks for it again; null: nothing.</summary>
    public string? Wrong => _wrong.TryPeek(out string? wrong) ? wrong : null;

    /// <summary>Runs until there were so many states. The first seed is that of <see cref="SeedVariable"/>, if it is set.</summary>
    public void Run(int states, int firstSeed, ITestOutputHelper output)
    {
        var watch = Stopwatch.StartNew();
        int? only = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), CultureInfo.InvariantCulture, out int seed) ? seed : null;
        _nextSeed = only is null ? firstSeed : 0;
        Thread[] workers = [.. Enumerable.Range(0, 2).Select(_ => new Thread(() => Work(states, only)))];
        foreach (Thread worker in workers)
            worker.Start();
        foreach (Thread worker in workers)
            worker.Join();
        output.WriteLine($"{States} crash states of {_streams} streams, {_events} persistence events, {_opened} segments opened, {_freed} freed, {watch.Elapsed.TotalSeconds:F1} s ({string.Join(", ", _byKind.OrderBy(k => k.Key).Select(k => $"{k.Key} {k.Value}"))})");
    }

    private void Work(int states, int? only)
    {
        while (_wrong.IsEmpty && (States < states || only is not null))
        {
            int number = Interlocked.Increment(ref _nextSeed) - 1;
            if (only is not null && number >= RepeatsOfASeed)
                return;
            ExplorationOptions stream = streamOf(only ?? number);
            using Exploration exploration = new(stream);
            string? wrong;
            try
            {
                wrong = exploration.Run();
            }
            catch (Exception e)
            {
                wrong = $"{stream}: {e}";
            }
            if (wrong is not null)
                _wrong.Enqueue($"{wrong}\nto repeat: {SeedVariable}={stream.Seed} dotnet test tests -c Release --filter FullyQualifiedName~CrashStateTests.Default");
            Interlocked.Increment(ref _streams);
            Interlocked.Add(ref _states, exploration.States);
            Interlocked.Add(ref _events, exploration.Events);
            Interlocked.Add(ref _freed, exploration.SegmentsFreed);
            Interlocked.Add(ref _opened, exploration.SegmentsOpened);
            _byKind.AddOrUpdate(stream.Profile.Name, exploration.States, (_, n) => n + exploration.States);
        }
    }
}
