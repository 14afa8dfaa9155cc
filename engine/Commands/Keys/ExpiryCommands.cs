using System.Text;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Settings;
using Pkv.Engine.Table;

namespace Pkv.Engine.Commands.Keys;

/// <summary>
/// EXPIRE and related commands, which set, return and remove expiry times. A time in the past deletes the key immediately.
/// Source: redis.io/commands/expire; texts and order of checks compared with Redis 7.0.
/// </summary>
internal static unsafe class ExpiryCommands
{
    [Flags]
    private enum Conditions
    {
        None = 0,
        IfNone = 1,
        IfAny = 2,
        IfLater = 4,
        IfEarlier = 8,
    }

    public static void Bind(CommandBindings bindings)
    {
        bindings.Bind("expire", &Expire);
        bindings.Bind("pexpire", &ExpireMs);
        bindings.Bind("expireat", &ExpireAt);
        bindings.Bind("pexpireat", &ExpireAtMs);
        bindings.Bind("ttl", &TimeToLive);
        bindings.Bind("pttl", &TimeToLiveMs);
        bindings.Bind("expiretime", &ExpireTime);
        bindings.Bind("pexpiretime", &ExpireTimeMs);
        bindings.Bind("persist", &Persist);
    }

    private static void Expire(CommandContext context) => SetTime(context, seconds: true, absolute: false);

    private static void ExpireMs(CommandContext context) => SetTime(context, seconds: false, absolute: false);

    private static void ExpireAt(CommandContext context) => SetTime(context, seconds: true, absolute: true);

    private static void ExpireAtMs(CommandContext context) => SetTime(context, seconds: false, absolute: true);

    private static void TimeToLive(CommandContext context) => TellTime(context, seconds: true, absolute: false);

    private static void TimeToLiveMs(CommandContext context) => TellTime(context, seconds: false, absolute: false);

    private static void ExpireTime(CommandContext context) => TellTime(context, seconds: true, absolute: true);

    private static void ExpireTimeMs(CommandContext context) => TellTime(context, seconds: false, absolute: true);

    private static void SetTime(CommandContext context, bool seconds, bool absolute)
    {
        if (!TryReadConditions(context, out Conditions conditions)
            || !Expiry.TryRead(context, context.Arg(2), seconds, absolute, mustBePositive: false, out long expiryMs))
            return;
        KeyRef key = context.KeyAt(1);
        if (!context.Find(key, out Entry entry) || !Allows(conditions, entry.ExpiryMs, expiryMs))
        {
            context.Reply.Integer(0);
            return;
        }
        bool deletes = expiryMs <= context.NowMs;
        if (!(deletes ? context.Delete(key, entry) : context.SetExpiry(key, entry, expiryMs)))
            return;
        context.Notify(KeyspaceEvents.Generic, deletes ? "del"u8 : "expire"u8, key);
        context.Reply.Integer(1);
    }

    // No expiry counts as the latest time of all.
    private static bool Allows(Conditions conditions, long currentMs, long wantedMs)
    {
        bool expires = currentMs >= 0;
        if (conditions.HasFlag(Conditions.IfNone) && expires)
            return false;
        if (conditions.HasFlag(Conditions.IfAny) && !expires)
            return false;
        if (conditions.HasFlag(Conditions.IfLater) && (!expires || wantedMs <= currentMs))
            return false;
        return !conditions.HasFlag(Conditions.IfEarlier) || !expires || wantedMs < currentMs;
    }

    private static bool TryReadConditions(CommandContext context, out Conditions conditions)
    {
        conditions = Conditions.None;
        for (int i = 3; i < context.ArgCount; i++)
        {
            ReadOnlySpan<byte> option = context.Arg(i);
            if (OptionWord.Is(option, "NX"u8))
                conditions |= Conditions.IfNone;
            else if (OptionWord.Is(option, "XX"u8))
                conditions |= Conditions.IfAny;
            else if (OptionWord.Is(option, "GT"u8))
                conditions |= Conditions.IfLater;
            else if (OptionWord.Is(option, "LT"u8))
                conditions |= Conditions.IfEarlier;
            else
            {
                UnsupportedOption(context, option);
                return false;
            }
        }
        if (conditions.HasFlag(Conditions.IfNone) && conditions != Conditions.IfNone)
            context.Reply.Error("ERR NX and XX, GT or LT options at the same time are not compatible"u8);
        else if (conditions.HasFlag(Conditions.IfLater | Conditions.IfEarlier))
            context.Reply.Error("ERR GT and LT options at the same time are not compatible"u8);
        else
            return true;
        return false;
    }

    // As Redis prints it: a word ends at its first zero byte, a text before its last line breaks.
    private static void UnsupportedOption(CommandContext context, ReadOnlySpan<byte> option)
    {
        int end = option.IndexOf((byte)0);
        byte[] text = [.. "ERR Unsupported option "u8, .. (end < 0 ? option : option[..end]).TrimEnd("\r\n"u8)];
        foreach (ref byte b in text.AsSpan())
            b = b is (byte)'\r' or (byte)'\n' ? (byte)' ' : b;
        context.Reply.Error(text);
    }

    private static void TellTime(CommandContext context, bool seconds, bool absolute)
    {
        if (!KeyCommands.FindCounted(context, 1, out Entry entry))
        {
            context.Reply.Integer(-2);
            return;
        }
        if (entry.ExpiryMs < 0)
        {
            context.Reply.Integer(-1);
            return;
        }
        long ms = absolute ? entry.ExpiryMs : entry.ExpiryMs - context.NowMs;
        context.Reply.Integer(seconds ? (long)(((ulong)ms + 500) / 1000) : ms);
    }

    private static void Persist(CommandContext context)
    {
        KeyRef key = context.KeyAt(1);
        bool expires = context.Find(key, out Entry entry) && entry.ExpiryMs >= 0;
        if (expires && !context.SetExpiry(key, entry, -1))
            return;
        if (expires)
            context.Notify(KeyspaceEvents.Generic, "persist"u8, key);
        context.Reply.Integer(expires ? 1 : 0);
    }
}
