using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Collections;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Lists;

/// <summary>LPOS: the position of a value in a list. Source: redis.io/commands/lpos, texts of Redis 7.0.15.</summary>
internal static unsafe class PositionCommand
{
    public static void Position(CommandContext context)
    {
        if (!Options.TryRead(context, out Options options) || !context.Collections.TryRead(1, ValueKind.List, out Collection* list))
            return;
        if (options.Count >= 0)
            ReplyAll(context, list, options);
        else if (list != null && new Search(context, list, options).TryNext(out long position))
            context.Reply.Integer(position);
        else
            context.Reply.Null();
    }

    // The array's length stands before its members: the list is walked twice rather than the matches be kept.
    private static void ReplyAll(CommandContext context, Collection* list, in Options options)
    {
        // By the lowest rank Redis's sum of matches wraps round, and never reaches COUNT.
        long limit = options.Count == 0 || options.Rank == long.MinValue ? long.MaxValue : options.Count, matches = 0;
        if (list != null)
        {
            Search counting = new(context, list, options);
            while (matches < limit && counting.TryNext(out _))
                matches++;
        }
        context.Reply.Array(matches);
        if (matches == 0)
            return;
        Search search = new(context, list, options);
        for (; matches > 0 && search.TryNext(out long position); matches--)
            context.Reply.Integer(position);
    }

    // Walks the matches from the one on that RANK asks for.
    private struct Search
    {
        private readonly CommandContext _context;
        private readonly byte* _pool, _data;
        private readonly int _length;
        private readonly bool _backwards;
        private ElementCursor _cursor;
        private long _position, _toSkip, _toCompare;

        public Search(CommandContext context, Collection* list, in Options options)
        {
            Arg* value = context.Args.Items + 2;
            _context = context;
            _pool = context.PoolBase;
            _data = value->Data;
            _length = value->Length;
            _backwards = options.Rank < 0;
            // The lowest integer has no counterpart: as in Redis it skips nothing.
            _toSkip = options.Rank == long.MinValue ? 0 : Math.Abs(options.Rank) - 1;
            _toCompare = options.MaxLength == 0 ? long.MaxValue : options.MaxLength;
            _position = _backwards ? list->Count - 1 : 0;
            _cursor = new ElementCursor(list->Elements, _position);
        }

        public bool TryNext(out long position)
        {
            while (_cursor.IsValid && _toCompare-- > 0)
            {
                bool matches = BulkString.Holds(_cursor.Bulk(_pool), _data, _length);
                position = _position;
                _context.Breathe(position);
                if (_backwards)
                {
                    _cursor.MovePrevious();
                    _position--;
                }
                else
                {
                    _cursor.MoveNext();
                    _position++;
                }
                if (matches && _toSkip-- <= 0)
                    return true;
            }
            position = -1;
            return false;
        }
    }

    private struct Options
    {
        public long Rank, Count, MaxLength;

        // False: the client has been told what is wrong.
        public static bool TryRead(CommandContext context, out Options options)
        {
            options = new Options { Rank = 1, Count = -1 };
            for (int i = 3; i < context.ArgCount; i++)
            {
                bool hasValue = i + 1 < context.ArgCount;
                if (hasValue && OptionWord.Is(context.Arg(i), "RANK"u8))
                {
                    if (!ListIndex.TryRead(context, ++i, out options.Rank))
                        return false;
                    if (options.Rank == 0)
                        return Refuse(context, "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"u8);
                }
                else if (hasValue && OptionWord.Is(context.Arg(i), "COUNT"u8))
                {
                    if (!Integers.TryParse(context.Arg(++i), out options.Count) || options.Count < 0)
                        return Refuse(context, "ERR COUNT can't be negative"u8);
                }
                else if (hasValue && OptionWord.Is(context.Arg(i), "MAXLEN"u8))
                {
                    if (!Integers.TryParse(context.Arg(++i), out options.MaxLength) || options.MaxLength < 0)
                        return Refuse(context, "ERR MAXLEN can't be negative"u8);
                }
                else
                    return Refuse(context, "ERR syntax error"u8);
            }
            return true;
        }

        private static bool Refuse(CommandContext context, ReadOnlySpan<byte> error)
        {
            context.Reply.Error(error);
            return false;
        }
    }
}
