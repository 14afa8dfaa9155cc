using Pkv.Server.Execution;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Commands.Keys;

/// <summary>
/// Gives one key's value and expiry to another key: what RENAME, COPY and MOVE come down to. In the log it is a SET
/// (and a DEL), since the key stands beside its value there; the value is copied once within the pool.
/// </summary>
internal static unsafe class ValueCopy
{
    private const int CommandBytes = 160;

    /// <summary>
    /// Stores the value under <paramref name="to"/> and, when asked, removes <paramref name="from"/>: recovered wholly
    /// or not at all. The locks of both are held. False: the pool is full, nothing was done, the client has been told.
    /// </summary>
    public static bool Run(CommandContext context, in KeyRef from, in Entry entry, in KeyRef to, bool removeSource)
    {
        int length = entry.Value.Length;
        // Room for all of it first, so that the removal cannot find the pool full after the value was stored.
        long bytes = Cell.BulkBytes(to.Length) + Cell.BulkBytes(length) + Cell.BulkBytes(from.Length) + CommandBytes;
        if (context.Recorder.TryBegin(bytes) == null)
        {
            context.OutOfMemory();
            return false;
        }
        context.Thread.Log.BeginTransaction();
        bool done = Store(context, entry, to, length);
        if (done && removeSource)
            done = context.Find(from, out Entry source, touch: false) && context.Delete(from, source);
        context.Thread.Log.EndTransaction();
        return done;
    }

    private static bool Store(CommandContext context, in Entry entry, in KeyRef to, int length)
    {
        byte* destination = context.BeginValue(to, length, entry.ExpiryMs);
        if (destination == null)
            return false;
        entry.Value.CopyTo(new Span<byte>(destination, length));
        context.Recorder.BytesMoved += length;
        context.EndValue(to);
        return true;
    }
}
