using System.Runtime.InteropServices;

namespace Pkv.Bench.Native;

/// <summary>The kernel's <c>struct msghdr</c> on 64-bit Linux (56 bytes); sending sets only the vector.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
