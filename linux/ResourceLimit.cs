using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>struct rlimit, 64-bit. <see cref="ulong.MaxValue"/> (RLIM_INFINITY): no limit.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct ResourceLimit
{
    /// <summary>What holds now.</summary>
    public ulong Soft;

    /// <summary>What <see cref="Soft"/> may be raised to without privilege.</summary>
    public ulong Hard;
}
