using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Pkv.Engine.Keyspace;

/// <summary>
/// Lets a thread's other work be done in the middle of what takes long. One for each thread that runs commands; owner thread only, but
/// for <see cref="Due"/>, which any thread may read.
/// </summary>
/// <param name="serve">Does the other work once, if that is possible now, and sets <see cref="Due"/> anew.</param>
public sealed class Breather(Action serve)
{
    /// <summary>The stopwatch's time from which on other work should be done.</summary>
    public long Due { get; set; } = long.MaxValue;

    /// <summary>To be called about every 50 us or oftener: reads the stopwatch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Breathe()
    {
        if (Stopwatch.GetTimestamp() >= Due)
            serve();
    }

    /// <summary>As <see cref="Breathe()"/>, at every 256th step of a loop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Breathe(long step)
    {
        if ((step & 255) == 255)
            Breathe();
    }
}
