namespace Pkv.Server.Monitoring;

/// <summary>
/// Rates over the last moments (INFO's instantaneous_…): differences of the counters between two samples 100 ms apart,
/// averaged over the last 16. Sampled by the first I/O thread, read by any.
/// </summary>
public sealed class RateSampler(ServerState server)
{
    private const int Samples = 16;

    private readonly Rate _commands = new(), _input = new(), _output = new();
    private long _lastMs;

    public double CommandsPerSecond => _commands.PerSecond;

    public double InputBytesPerSecond => _input.PerSecond;

    public double OutputBytesPerSecond => _output.PerSecond;

    /// <summary>One look. First I/O thread.</summary>
    public void Sample(long nowMs)
    {
        long elapsed = nowMs - _lastMs;
        if (elapsed <= 0)
            return;
        _lastMs = nowMs;
        long commands = 0, input = 0, output = 0;
        foreach (Net.IoThread thread in server.Threads)
        {
            commands += thread.Counters.CommandsProcessed;
            input += thread.Counters.NetInputBytes;
            output += thread.Counters.NetOutputBytes;
        }
        _commands.Add(commands, elapsed);
        _input.Add(input, elapsed);
        _output.Add(output, elapsed);
    }

    private sealed class Rate
    {
        private readonly double[] _perSecond = new double[Samples];
        private long _last = -1;
        private int _next;

        public double PerSecond => _perSecond.Average();

        public void Add(long total, long elapsedMs)
        {
            // The first look has nothing to compare with; after CONFIG RESETSTAT the total is below the last one.
            if (_last >= 0)
                _perSecond[_next++ % Samples] = Math.Max(0, total - _last) * 1000.0 / elapsedMs;
            _last = total;
        }
    }
}
