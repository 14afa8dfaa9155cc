namespace Pkv.Lua;

/// <summary>Numbers that stand for addresses: given on demand, never twice within four billion, not guessable addresses of the process.</summary>
internal static class Identities
{
    private static int s_last;

    public static uint Of(LuaObject value)
    {
        if (value.Identity == 0)
            value.Identity = (uint)Interlocked.Increment(ref s_last) * 2654435761u;
        return value.Identity;
    }

    /// <summary>What C Lua would print for the address.</summary>
    public static string Text(LuaObject value) =>
        ReferenceEquals(value, Special.NullPointer) ? "(nil)" : $"0x5500{Of(value):x8}";
}
