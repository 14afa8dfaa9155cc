using System.Runtime.CompilerServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Commands.Strings;

/// <summary>Finds the string that a command reads or changes, and refuses values of other types and of too many bytes.</summary>
internal static class StringLookup
{
    // Bytes of the longest value whatever proto-max-bulk-len says: lengths are 32 bits, keys and framing come on top.
    private const long MaxBytes = int.MaxValue - (1 << 20);

    /// <summary>
    /// Finds a key that is to be read, counting hits and misses. False: it holds another type and the client has been
    /// told.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(CommandContext context, int keyArg, out Entry entry, out bool exists)
    {
        KeyRef key = context.KeyAt(keyArg);
        exists = context.Find(key, out entry);
        context.CountLookup(key, exists);
        return !exists || IsString(context, entry);
    }

    /// <summary>Finds a key that is to be changed. False: it holds another type and the client has been told.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWrite(CommandContext context, in KeyRef key, out Entry entry, out bool exists)
    {
        exists = context.Find(key, out entry);
        return !exists || IsString(context, entry);
    }

    /// <summary>Whether a string of so many bytes may be made. False: the client has been told.</summary>
    public static bool FitsLimit(CommandContext context, long bytes)
    {
        if (bytes <= Math.Min(MaxBytes, context.Engine.Options.ProtoMaxBulkLenBytes))
            return true;
        context.Reply.Error("ERR string exceeds maximum allowed size (proto-max-bulk-len)"u8);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsString(CommandContext context, in Entry entry) => entry.IsString || Refuse(context);

    private static bool Refuse(CommandContext context)
    {
        context.Reply.Error("WRONGTYPE Operation against a key holding the wrong kind of value"u8);
        return false;
    }
}
