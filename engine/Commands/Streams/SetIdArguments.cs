using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Streams;

/// <summary>The arguments of XSETID, and what a stream has against them.</summary>
internal readonly unsafe ref struct SetIdArguments
{
    private const int FirstOption = 3;

    public StreamId LastId { get; private init; }

    /// <summary>-1: as it is.</summary>
    public long Added { get; private init; }

    /// <summary>"0-0": as it is.</summary>
    public StreamId MaxDeletedId { get; private init; }

    /// <summary>Reads them. False: the client has been told what is wrong.</summary>
    public static bool TryRead(CommandContext context, out SetIdArguments arguments)
    {
        arguments = default;
        long added = -1;
        StreamId deleted = default;
        if (!StreamIdArgument.TryRead(context, 2, out StreamId last))
            return false;
        for (int i = FirstOption; i < context.ArgCount; i += 2)
        {
            ReadOnlySpan<byte> word = context.Arg(i), error = default;
            bool hasValue = i + 1 < context.ArgCount;
            if (hasValue && OptionWord.Is(word, "ENTRIESADDED"u8))
            {
                if (!Integers.TryParse(context.Arg(i + 1), out added))
                    error = "ERR value is not an integer or out of range"u8;
                else if (added < 0)
                    error = "ERR entries_added must be positive"u8;
            }
            else if (hasValue && OptionWord.Is(word, "MAXDELETEDID"u8))
            {
                if (!StreamIdArgument.TryRead(context, i + 1, out deleted))
                    return false;
                if (last < deleted)
                    error = "ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id"u8;
            }
            else
                error = "ERR syntax error"u8;
            if (error.Length == 0)
                continue;
            context.Reply.Error(error);
            return false;
        }
        arguments = new SetIdArguments { LastId = last, Added = added, MaxDeletedId = deleted };
        return true;
    }

    /// <summary>What is wrong with them for this stream; empty: nothing.</summary>
    public ReadOnlySpan<byte> ErrorFor(Collection* stream, byte* pool)
    {
        if (stream->Count > 0 && LastId < StreamStore.LastOf(stream, pool))
            return "ERR The ID specified in XSETID is smaller than the target stream top item"u8;
        return stream->Count > 0 && Added != -1 && stream->Count > Added
            ? "ERR The entries_added specified in XSETID is smaller than the target stream length"u8 : default;
    }
}
