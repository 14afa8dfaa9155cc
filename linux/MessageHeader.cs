using System.Runtime.InteropServices;

namespace Pkv.Linux;

/// <summary>struct msghdr: only the vectors are used on a connected socket.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct MessageHeader
{
    public void* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public void* Control;
    public nuint ControlLength;
    public int Flags;
}
