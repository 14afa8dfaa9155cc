using Microsoft.Extensions.Logging;

namespace Pkv.Server.Hosting;

/// <summary>Progress as plain lines, at most one every two seconds.</summary>
public sealed class LineProgress(ILogger logger) : IProgressSink
{
    private const long PeriodMs = 2000;

    private long _nextMs = Environment.TickCount64 + PeriodMs;

    public void Report(string what, long done, long total, string unit)
    {
        long now = Environment.TickCount64;
        long next = Volatile.Read(ref _nextMs);
        if (now < next || Interlocked.CompareExchange(ref _nextMs, now + PeriodMs, next) != next)
            return;
        logger.LogInformation("{What}: {Percent} % ({Done} of {Total} {Unit})", what, total == 0 ? 100 : done * 100 / total, done, total, unit);
    }

    public void Done()
    {
    }
}
