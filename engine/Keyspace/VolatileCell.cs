using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace;

/// <summary>Address and expiry time of a key that expires: 16 bytes beside its slot.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct VolatileCell
{
    public const int SizeBytes = 16;

    /// <summary>Pool offset of the key, or its collection's locator; 0 while the cell is free.</summary>
    public ulong Address;

    /// <summary>Unix time in ms. While the cell is free: the number of the next free one.</summary>
    public long ExpiryMs;
}
