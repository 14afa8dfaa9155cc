using System.Diagnostics;
using Pkv.Bench.Native;
using Pkv.Bench.Runs;
using Spectre.Console;

namespace Pkv.Bench.Cli;

/// <summary>Progress as a bar in a terminal and as plain lines elsewhere.</summary>
internal sealed class RunProgress : IRunProgress
{
    private readonly ProgressTask? _task;
    private readonly ProgressContext? _context;
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly int _steps;
    private int _done;

    private RunProgress(int steps, ProgressTask? task, ProgressContext? context)
    {
        _steps = steps;
        _task = task;
        _context = context;
    }

    [ThreadStatic] private static Disturbance? s_disturbance;

    /// <summary>What others took of the machine during what <see cref="Show"/> ran on this thread; null before.</summary>
    public static Disturbance? Disturbance => s_disturbance;

    /// <summary>
    /// Runs <paramref name="work"/>, which will make this many steps, and notes what others took of the machine meanwhile. Processes that it
    /// starts must have ended when it returns.
    /// </summary>
    public static void Show(int steps, Action<IRunProgress> work)
    {
        DisturbanceWatch watch = new(CorePinning.AllowedCores());
        long before = CpuClock.OfThisProcessAndEndedChildren();
        Draw(steps, work);
        s_disturbance = (s_disturbance ?? default) + watch.End((CpuClock.OfThisProcessAndEndedChildren() - before) / 1e6);
    }

    private static void Draw(int steps, Action<IRunProgress> work)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            work(new RunProgress(steps, null, null));
            return;
        }
        AnsiConsole.Progress()
            .AutoRefresh(false) // redrawn between steps: a refresh thread would take the client's core in a window
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting", maxValue: steps);
                context.Refresh();
                work(new RunProgress(steps, task, context));
            });
    }

    public void Step(string line)
    {
        _done++;
        if (_task == null)
        {
            Console.WriteLine($"[{_done}/{_steps} {_elapsed.Elapsed:mm\\:ss}] {line}");
            return;
        }
        _task.Description = Markup.Escape(line);
        _task.Increment(1);
        _context?.Refresh();
    }

    public void Note(string line)
    {
        if (_task == null) Console.WriteLine(line);
        else AnsiConsole.WriteLine(line);
    }
}
