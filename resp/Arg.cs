using System.Runtime.CompilerServices;

namespace Pkv.Resp;

/// <summary>
/// One argument of a command, where it lies. When it came as a bulk string, its "$length\r\n" stands directly
/// before <see cref="Data"/> and CRLF directly after.
/// </summary>
public unsafe struct Arg
{
    public byte* Data;
    public int Length;

    /// <summary>Whether the bulk string's frame stands around the data (it does not for inline commands).</summary>
    public bool Framed;

    /// <summary><see cref="Hash"/> is computed.</summary>
    public bool Hashed;

    /// <summary>Hash of the argument, for those that are keys.</summary>
    public ulong Hash;

    public readonly ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Data, Length);
    }

    /// <summary>Where the bulk string begins. Only for a framed argument.</summary>
    public readonly byte* Bulk => Data - BulkString.HeaderBytes(Length);
}
