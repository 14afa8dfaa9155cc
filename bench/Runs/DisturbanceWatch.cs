using System.Diagnostics;
using Pkv.Bench.Native;

namespace Pkv.Bench.Runs;

/// <summary>
/// Measures a <see cref="Disturbance"/> from its making on. The caller knows what of the cores' time is its own; the rest is others'.
/// </summary>
internal sealed class DisturbanceWatch(params int[] cores)
{
    // Two readings in ticks of 10 ms on two cores may differ by so much although nobody else ran.
    private const double ResolutionMs = 20;

    private readonly int[] _cores = [.. cores.Distinct()];
    private readonly CoreTimes _before = CoreTimes.Of(cores);
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <param name="ownMs">CPU time of the measurement itself, client and servers, meanwhile.</param>
    public Disturbance End(double ownMs)
    {
        CoreTimes after = CoreTimes.Of(_cores);
        double others = after.BusyMs - _before.BusyMs - ownMs - ResolutionMs;
        return new Disturbance(Math.Max(0, others), after.StolenMs - _before.StolenMs, _clock.Elapsed.TotalMilliseconds * _cores.Length);
    }
}
