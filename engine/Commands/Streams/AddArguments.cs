using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Engine.Commands.Streams;

/// <summary>The options of XADD and XTRIM. Source: redis.io/commands/xadd; texts and order of checks compared with Redis 7.0.</summary>
internal ref struct AddArguments
{
    private const int FirstOption = 2;
    private const long DefaultLimitMin = 10_000, DefaultLimitMax = 1_000_000;

    private enum Rule : byte
    {
        None,
        Length,
        Id,
    }

    private Rule _rule;
    private bool _isAbout;
    private long _limit, _maxLength;
    private bool _isLimited;
    private StreamId _minId;

    /// <summary>What is to be trimmed.</summary>
    public StreamTrim Trim { get; private set; }

    /// <summary>XADD: a stream that is not there is not made.</summary>
    public bool NeedsStream { get; private set; }

    /// <summary>XADD: the argument that tells the ID.</summary>
    public int IdArg { get; private set; }

    /// <summary>XADD: the milliseconds were given.</summary>
    public bool HasMs { get; private set; }

    /// <summary>XADD: the sequence number was given, or left out for 0.</summary>
    public bool HasSeq { get; private set; }

    /// <summary>XADD: as far as it was given.</summary>
    public StreamId Id { get; private set; }

    /// <summary>Reads them. False: the client has been told what is wrong.</summary>
    /// <param name="context">The command.</param>
    /// <param name="adds">XADD, whose options end with the ID.</param>
    /// <param name="arguments">What was read.</param>
    public static bool TryRead(CommandContext context, bool adds, out AddArguments arguments)
    {
        arguments = new AddArguments { IdArg = context.ArgCount };
        return arguments.TryReadOptions(context, adds) && arguments.TryReadRule(context, adds);
    }

    private bool TryReadOptions(CommandContext context, bool adds)
    {
        for (int i = FirstOption; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> word = context.Arg(i);
            bool hasMore = i + 1 < context.ArgCount;
            if (adds && OptionWord.Is(word, "*"u8))
            {
                IdArg = i;
                return true;
            }
            if (hasMore && (OptionWord.Is(word, "MAXLEN"u8) || OptionWord.Is(word, "MINID"u8)))
            {
                if (!TryReadThreshold(context, ref i, OptionWord.Is(word, "MAXLEN"u8)))
                    return false;
            }
            else if (hasMore && OptionWord.Is(word, "LIMIT"u8))
            {
                if (!TryReadLimit(context, ++i))
                    return false;
            }
            else if (adds && OptionWord.Is(word, "NOMKSTREAM"u8))
                NeedsStream = true;
            else if (adds)
                return TryReadId(context, i);
            else
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return true;
    }

    private bool TryReadThreshold(CommandContext context, ref int i, bool isLength)
    {
        if (_rule != Rule.None)
        {
            context.Reply.Error("ERR syntax error, MAXLEN and MINID options at the same time are not compatible"u8);
            return false;
        }
        _isAbout = false;
        if (i + 2 < context.ArgCount && (OptionWord.Is(context.Arg(i + 1), "~"u8) || OptionWord.Is(context.Arg(i + 1), "="u8)))
            _isAbout = context.Arg(++i)[0] == '~';
        i++;
        _rule = isLength ? Rule.Length : Rule.Id;
        if (!isLength)
            return StreamIdArgument.TryRead(context, i, out _minId);
        if (!TryReadInteger(context, i, out _maxLength))
            return false;
        if (_maxLength >= 0)
            return true;
        context.Reply.Error("ERR The MAXLEN argument must be >= 0."u8);
        return false;
    }

    private bool TryReadLimit(CommandContext context, int arg)
    {
        if (!TryReadInteger(context, arg, out _limit))
            return false;
        _isLimited = true;
        if (_limit >= 0)
            return true;
        context.Reply.Error("ERR The LIMIT argument must be >= 0."u8);
        return false;
    }

    private bool TryReadId(CommandContext context, int arg)
    {
        ReadOnlySpan<byte> text = StreamIdArgument.Text(context, arg);
        IdArg = arg;
        HasMs = true;
        HasSeq = text is not [.., (byte)'-', (byte)'*'];
        bool isSound = HasSeq ? StreamId.TryParse(text, 0, out StreamId id) : StreamId.TryParse(text[..^2], 0, out id) && !text[..^2].Contains((byte)'-');
        Id = id;
        if (!isSound)
            StreamIdArgument.Refuse(context);
        return isSound;
    }

    private bool TryReadRule(CommandContext context, bool adds)
    {
        ReadOnlySpan<byte> error = default;
        if (_limit != 0 && _rule == Rule.None)
            error = "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"u8;
        else if (!adds && _rule == Rule.None)
            error = "ERR syntax error, XTRIM must be called with a trimming strategy"u8;
        else if (_isLimited && !_isAbout)
            error = "ERR syntax error, LIMIT cannot be used without the special ~ option"u8;
        if (error.Length > 0)
        {
            context.Reply.Error(error);
            return false;
        }
        if (_isAbout && !_isLimited)
        {
            _limit = 100 * Math.Min(context.Engine.Options.StreamNodeMaxEntries, DefaultLimitMax);
            _limit = _limit <= 0 ? DefaultLimitMin : Math.Min(_limit, DefaultLimitMax);
        }
        Trim = _rule == Rule.None ? StreamTrim.None
            : _rule == Rule.Length ? StreamTrim.ToLength(_maxLength, _isAbout, _limit) : StreamTrim.ToId(_minId, _isAbout, _limit);
        return true;
    }

    private static bool TryReadInteger(CommandContext context, int arg, out long value)
    {
        if (Integers.TryParse(context.Arg(arg), out value))
            return true;
        context.Reply.Error("ERR value is not an integer or out of range"u8);
        return false;
    }
}
