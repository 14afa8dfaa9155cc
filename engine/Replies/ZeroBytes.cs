using System.Runtime.InteropServices;

namespace Pkv.Engine.Replies;

/// <summary>Zeros to send for parts of a string that were never written. Created on first use, never freed or changed.</summary>
internal static unsafe class ZeroBytes
{
    public const int Length = 1 << 20;

    public static readonly byte* Start = (byte*)NativeMemory.AllocZeroed(Length);

    public static bool Contains(byte* p) => p >= Start && p < Start + Length;
}
