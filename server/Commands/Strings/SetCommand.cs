using System.Text;
using Pkv.Server.Execution;
using Pkv.Server.Keyspace;

namespace Pkv.Server.Commands.Strings;

/// <summary>
/// SET with its options. The received bytes become the record and the value, but for KEEPTTL: its record must
/// carry the time, since the one it keeps stands in an older record. Source: redis.io/commands/set.
/// </summary>
public static unsafe class SetCommand
{
    public static void Set(CommandContext context)
    {
        Options options = default;
        options.ExpiryMs = -1;
        if (context.ArgCount > 3 && !TryReadOptions(context, ref options))
            return;
        KeyRef key = context.KeyAt(1);
        // The common case needs no look at what was there before.
        if (context.ArgCount == 3 || options.IsPlain)
        {
            if (!context.Retain())
                return;
            context.StoreRetained(1, ValueKind.String, options.ExpiryMs);
            context.Reply.Ok();
            return;
        }
        SetConditionally(context, key, options);
    }

    private static void SetConditionally(CommandContext context, in KeyRef key, in Options options)
    {
        bool exists = context.Find(key, out Entry entry);
        if ((options.IfAbsent && exists) || (options.IfPresent && !exists))
        {
            if (options.Get && exists)
                context.Reply.StoredBulk(entry.ValueBulk);
            else
                context.Reply.Null();
            return;
        }
        int replyLength = context.Reply.Output.Length, replySlices = context.Reply.Output.SliceCount;
        if (options.Get)
        {
            if (exists)
                context.Reply.StoredBulk(entry.ValueBulk);
            else
                context.Reply.Null();
        }
        bool stored = options.KeepTtl ? StoreKeepingTime(context, key, entry, exists) : Store(context, options.ExpiryMs);
        if (!stored && options.Get)
        {
            context.Reply.Output.Truncate(replyLength, replySlices);
            context.OutOfMemory();
        }
        else if (stored && !options.Get)
            context.Reply.Ok();
    }

    private static bool Store(CommandContext context, long expiryMs)
    {
        if (!context.Retain())
            return false;
        context.StoreRetained(1, ValueKind.String, expiryMs);
        return true;
    }

    private static bool StoreKeepingTime(CommandContext context, in KeyRef key, in Entry entry, bool exists)
    {
        ReadOnlySpan<byte> value = context.Arg(2);
        byte* destination = context.BeginValue(key, value.Length, exists ? entry.ExpiryMs : -1);
        if (destination == null)
            return false;
        value.CopyTo(new Span<byte>(destination, value.Length));
        context.Recorder.BytesMoved += value.Length;
        context.EndValue(key);
        return true;
    }

    private static bool TryReadOptions(CommandContext context, ref Options options)
    {
        bool timed = false;
        for (int i = 3; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            bool ok = true;
            if (Is(option, "NX"u8))
                ok = !options.IfPresent && (options.IfAbsent = true);
            else if (Is(option, "XX"u8))
                ok = !options.IfAbsent && (options.IfPresent = true);
            else if (Is(option, "GET"u8))
                options.Get = true;
            else if (Is(option, "KEEPTTL"u8))
                ok = !timed && (options.KeepTtl = true);
            else if (i + 1 < context.ArgCount && IsTime(option, out bool seconds, out bool absolute))
            {
                ok = !timed && !options.KeepTtl;
                timed = true;
                options.TimeArg = ++i;
                options.Seconds = seconds;
                options.Absolute = absolute;
            }
            else
                ok = false;
            if (!ok)
            {
                context.Reply.Error("ERR syntax error"u8);
                return false;
            }
        }
        return !timed || Expiry.TryRead(context, context.Arg(options.TimeArg), options.Seconds, options.Absolute, mustBePositive: true, out options.ExpiryMs);
    }

    private static bool IsTime(ReadOnlySpan<byte> option, out bool seconds, out bool absolute)
    {
        seconds = Is(option, "EX"u8) || Is(option, "EXAT"u8);
        absolute = Is(option, "EXAT"u8) || Is(option, "PXAT"u8);
        return seconds || absolute || Is(option, "PX"u8);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> option) => Ascii.EqualsIgnoreCase(text, option);

    private struct Options
    {
        public long ExpiryMs;
        public int TimeArg;
        public bool Seconds, Absolute, IfAbsent, IfPresent, Get, KeepTtl;

        public readonly bool IsPlain => !IfAbsent && !IfPresent && !Get && !KeepTtl;
    }
}
