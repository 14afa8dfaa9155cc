using Pkv.Resp;
using Pkv.Server.Execution;
using Pkv.Server.Replies;

namespace Pkv.Server.Commands.Keys;

/// <summary>
/// Keys that a walk has found, until they are told. Those of strings stay where they are in the pool until the turn's end,
/// locked or not; those of collections are copied, since a collection may be gone once its stripe is let go.
/// </summary>
internal sealed unsafe class FoundKeys
{
    // Not negative: a pool address. Negative: minus one, minus the place in the copies.
    private readonly List<long> _keys = [];
    private byte[] _copies = [];
    private int _copied;

    public int Count => _keys.Count;

    /// <summary>Bytes that the keys take in a reply.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a key by its bulk string. <paramref name="isOfCollection"/>: it does not lie in the pool.</summary>
    public void Add(byte* bulk, bool isOfCollection)
    {
        int bytes = (int)(BulkString.Next(bulk) - bulk);
        Bytes += bytes;
        if (!isOfCollection)
        {
            _keys.Add((long)bulk);
            return;
        }
        if (_copies.Length - _copied < bytes)
            Array.Resize(ref _copies, Math.Max(_copies.Length * 2, _copied + bytes + 1024));
        new ReadOnlySpan<byte>(bulk, bytes).CopyTo(_copies.AsSpan(_copied));
        _keys.Add(-1 - _copied);
        _copied += bytes;
    }

    /// <summary>An array of them all.</summary>
    public void Write(CommandContext context)
    {
        ReplyWriter reply = context.Reply;
        long step = 0;
        reply.Array(_keys.Count);
        fixed (byte* copies = _copies)
        {
            foreach (long key in _keys)
            {
                if (key >= 0)
                    reply.StoredBulk((byte*)key);
                else
                    reply.CopiedBulk(copies + (-1 - key));
                context.Breathe(step++);
            }
        }
    }
}
