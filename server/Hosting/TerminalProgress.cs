using Spectre.Console;

namespace Pkv.Server.Hosting;

/// <summary>
/// Progress bars in a terminal, one for each kind of work, shown once the work has taken a moment and removed when it is
/// over. Any thread; the terminal is drawn on a separate thread.
/// </summary>
public sealed class TerminalProgress : IProgressSink
{
    /// <summary>Work that is over sooner shows nothing.</summary>
    private const int PatienceMs = 250;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProgressTask> _bars = [];
    private ManualResetEventSlim? _over;
    private Thread? _drawer;
    private ProgressContext? _context;
    private long _beganMs;

    public void Report(string what, long done, long total, string unit)
    {
        lock (_lock)
        {
            long now = Environment.TickCount64;
            _beganMs = _beganMs == 0 ? now : _beganMs;
            if (now - _beganMs < PatienceMs)
                return;
            if (_drawer is null)
                Begin();
            if (!_bars.TryGetValue(what, out ProgressTask? bar))
                _bars[what] = bar = _context!.AddTask(Markup.Escape($"{what} ({unit})"));
            bar.MaxValue = Math.Max(1, total);
            bar.Value = done;
        }
    }

    public void Done()
    {
        lock (_lock)
        {
            _beganMs = 0;
            if (_drawer is null)
                return;
            _over!.Set();
            _drawer.Join();
            _over.Dispose();
            _drawer = null;
            _bars.Clear();
        }
    }

    // Returns when the drawing thread has a context to add bars to.
    private void Begin()
    {
        using ManualResetEventSlim ready = new();
        ManualResetEventSlim over = _over = new();
        _drawer = new Thread(() => AnsiConsole.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                _context = context;
                ready.Set();
                over.Wait();
            })) { IsBackground = true, Name = "pkv-progress" };
        _drawer.Start();
        ready.Wait();
    }
}
