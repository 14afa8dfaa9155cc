using System.Diagnostics;
using Pkv.Resp;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>
/// IDs that the server gives (XADD with "*") and that need no byte of the log: the millisecond is the time of the log's entry, and the
/// sequence number stands in place of the asterisk, one byte, so that the command stays where it was received. The first of a
/// millisecond leaves the asterisk as it is. What does not fit is logged with its whole ID instead.
/// </summary>
internal static unsafe class AutoId
{
    private const byte First = (byte)'*';

    /// <summary>Whether the ID can be told so, at this time.</summary>
    public static bool Fits(StreamId id, long nowMs) => id.Ms == (ulong)nowMs && id.Seq <= byte.MaxValue && StreamEntry.IsWhole(StreamEntry.KeyOf(id));

    /// <summary>What stands for it.</summary>
    public static byte Of(StreamId id) => (byte)(First + id.Seq);

    /// <summary>Whether an argument of a logged XADD is such an ID: all others are longer.</summary>
    public static bool Is(ReadOnlySpan<byte> argument) => argument.Length == 1;

    /// <summary>The ID that an argument of a logged XADD tells.</summary>
    /// <param name="idBulk">Its bulk string.</param>
    /// <param name="timeMs">Time of the log's entry, Unix ms.</param>
    public static StreamId Read(byte* idBulk, long timeMs)
    {
        byte* text = BulkString.Data(idBulk, out int length);
        if (Is(new ReadOnlySpan<byte>(text, length)))
            return new StreamId((ulong)timeMs, (byte)(*text - First));
        bool isSound = StreamId.TryParse(new ReadOnlySpan<byte>(text, length), 0, out StreamId id);
        Debug.Assert(isSound, "an XADD that is logged was looked at by the decoder");
        return id;
    }
}
