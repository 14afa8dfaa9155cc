using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>The kernel's <c>struct timespec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;

    public readonly long TotalNanoseconds => Seconds * 1_000_000_000L + Nanoseconds;
}
