using Pkv.Server.Hosting;

namespace Pkv.Cli.Terminal;

/// <summary>Plain lines, one every two seconds at most. Any thread.</summary>
internal sealed class PlainProgress(TextWriter target) : IProgressSink
{
    private const long PeriodMs = 2000;

    private readonly Lock _lock = new();
    private long _nextMs = Environment.TickCount64 + PeriodMs;

    public void Report(string what, long done, long total, string unit)
    {
        lock (_lock)
        {
            long now = Environment.TickCount64;
            if (now < _nextMs)
                return;
            _nextMs = now + PeriodMs;
            target.WriteLine($"{what}: {(total == 0 ? 100 : done * 100 / total)} % ({done} of {total} {unit})");
        }
    }

    public void Done()
    {
    }
}
