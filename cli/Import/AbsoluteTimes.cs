using Pkv.Engine.Table;
using Pkv.Resp;

namespace Pkv.Cli.Import;

/// <summary>
/// Rewrites commands with relative times (EXPIRE, SETEX, SET … EX) to absolute times, counted from the
/// import, as Redis counts from its loading. Redis's own logs hold none since 7.0; older and hand-made ones may.
/// </summary>
internal sealed unsafe class AbsoluteTimes(CommandBuilder builder, long nowMs)
{
    /// <summary>The command to run: the same one where it has no relative time, or a malformed one.</summary>
    public ArgList Rewrite(string name, ArgList args) => name switch
    {
        "expire" or "pexpire" when args.Count >= 3 && TryTime(args, 2, name == "expire", out long ms) => Expire(args, ms, rest: 3),
        "setex" or "psetex" when args.Count == 4 && TryTime(args, 2, name == "setex", out long ms) => Set(args, valueArg: 3, ms, []),
        "set" when args.Count > 3 => RewriteOptions(args, isSet: true),
        "getex" when args.Count > 2 => RewriteOptions(args, isSet: false),
        _ => args,
    };

    private ArgList RewriteOptions(ArgList args, bool isSet)
    {
        int first = isSet ? 3 : 2;
        for (int i = first; i + 1 < args.Count; i++)
        {
            bool seconds = OptionWord.Is(args.Items[i].Span, "EX"u8);
            if ((!seconds && !OptionWord.Is(args.Items[i].Span, "PX"u8)) || !TryTime(args, i + 1, seconds, out long ms))
                continue;
            int at = i;
            return isSet ? Set(args, valueArg: 2, ms, [.. Enumerable.Range(3, args.Count - 3).Where(a => a != at && a != at + 1)]) : Expire(args, ms, args.Count);
        }
        return args;
    }

    private ArgList Expire(ArgList args, long ms, int rest)
    {
        builder.Begin("PEXPIREAT"u8);
        builder.Add(args.Items[1].Span);
        builder.Add(ms);
        for (; rest < args.Count; rest++)
            builder.Add(args.Items[rest].Span);
        return builder.Finish();
    }

    private ArgList Set(ArgList args, int valueArg, long ms, IEnumerable<int> options)
    {
        builder.Begin("SET"u8);
        builder.Add(args.Items[1].Span);
        builder.Add(args.Items[valueArg].Span);
        builder.Add("PXAT"u8);
        builder.Add(ms);
        foreach (int option in options)
            builder.Add(args.Items[option].Span);
        return builder.Finish();
    }

    private bool TryTime(ArgList args, int index, bool seconds, out long ms)
    {
        ms = 0;
        // Out of range: left to the command itself, which refuses it.
        if (!Integers.TryParse(args.Items[index].Span, out long time) || Math.Abs((double)time) > long.MaxValue / 4000)
            return false;
        ms = nowMs + (seconds ? time * 1000 : time);
        return true;
    }
}
