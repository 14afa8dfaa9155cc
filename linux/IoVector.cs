using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>struct iovec.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoVector
{
    /// <summary>The first byte.</summary>
    public byte* Base;

    /// <summary>Bytes.</summary>
    public nuint Length;
}
