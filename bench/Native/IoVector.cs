using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>The kernel's <c>struct iovec</c>: an address and a length in bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Address;
    public nuint LengthBytes;

    public IoVector(byte* address, int lengthBytes)
    {
        Address = address;
        LengthBytes = (nuint)lengthBytes;
    }
}
