using System.Runtime.CompilerServices;
using Pkv.Engine.Commands.Strings;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Pieces;

namespace Pkv.Engine.Commands.HyperLogLogs;

/// <summary>
/// The HyperLogLog group: binds each command to its function; what they share. Values are strings in Redis's own format, and are
/// logged as strings are: whole, or in part where only a few registers of a dense one change. Source: redis.io/commands; texts and order
/// of checks compared with Redis 7.0.
/// </summary>
[SkipLocalsInit]
internal static unsafe class HyperLogLogCommands
{
    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("pfadd", &AddCommand.Add);
        bindings.Bind("pfcount", &CountCommand.Count);
        bindings.Bind("pfmerge", &MergeCommand.Merge);
        bindings.Bind("pfdebug", &DebugCommands.Debug);
        bindings.Bind("pfselftest", &SelfTest.Run);
    }

    /// <summary>
    /// Finds a HyperLogLog that is to be changed; as in Redis a string that is looked at by these commands is held unencoded from then on.
    /// False: the key holds something else, and the client has been told.
    /// </summary>
    public static bool TryWrite(CommandContext context, in KeyRef key, out Entry entry, out bool exists) =>
        StringLookup.TryWrite(context, key, out entry, out exists) && (!exists || IsValid(context, entry));

    /// <summary>Finds one that is to be read, counting hits and misses. False: the key holds something else, and the client has been told.</summary>
    public static bool TryRead(CommandContext context, int keyArg, out Entry entry, out bool exists) =>
        StringLookup.TryRead(context, keyArg, out entry, out exists) && (!exists || IsValid(context, entry));

    /// <summary>Gives the key the whole sketch; its expiry time stays. False: no room, nothing was done, the client has been told.</summary>
    public static bool TryStore(CommandContext context, in KeyRef key, in Entry entry, bool exists, in Sketch sketch, bool tellsWatchers = true)
    {
        ReadOnlySpan<byte> bytes = sketch.Bytes;
        byte* value = context.BeginValue(key, bytes.Length, exists ? entry.ExpiryMs : -1);
        if (value == null)
            return false;
        bytes.CopyTo(new Span<byte>(value, bytes.Length));
        context.Recorder.BytesMoved += bytes.Length;
        context.EndValue(key, ValueKind.RawString, tellsWatchers);
        return true;
    }

    /// <summary>Raises each of <see cref="HyperLogLogFormat.Registers"/> bytes to the string's register. False: its runs are corrupt, and the client has been told.</summary>
    public static bool TryMergeInto(CommandContext context, in StoredString value, Span<byte> largest)
    {
        Span<byte> scratch = stackalloc byte[HyperLogLogFormat.SparseMaxBytes];
        if (value.Length <= HyperLogLogFormat.SparseMaxBytes)
        {
            ReadOnlySpan<byte> registers = value.From(0, scratch)[HyperLogLogFormat.HeaderBytes..];
            if (HyperLogLogFormat.EncodingOf(value) == HyperLogLogEncoding.Sparse)
            {
                if (SparseRegisters.TryMergeInto(registers, largest))
                    return true;
            }
            else
            {
                DenseRegisters.MergeInto(registers, largest);
                return true;
            }
        }
        TellCorrupt(context);
        return false;
    }

    /// <summary>The error of runs that are not those of a HyperLogLog.</summary>
    public static void TellCorrupt(CommandContext context) => context.Reply.Error("INVALIDOBJ Corrupted HLL object detected"u8);

    private static bool IsValid(CommandContext context, in Entry entry)
    {
        if (HyperLogLogFormat.IsValid(context.Strings.Of(entry)))
            return true;
        context.Reply.Error("WRONGTYPE Key is not a valid HyperLogLog string value."u8);
        return false;
    }
}
