using Pkv.Lua;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>Errors that scripts get, as tables with the text in "err". Texts of Redis 7.0.</summary>
internal static class ScriptErrors
{
    /// <summary>The field that says that an error was counted when a command gave it.</summary>
    public const string CountedField = "ignore_error_stats_update";

    public const string Killed = "Script killed by user with SCRIPT KILL.";
    public const string FunctionKilled = "Script killed by user with FUNCTION KILL.";

    /// <summary>An error of the interface between scripts and the server. A text with no code of its own, "-CODE text", gets "ERR".</summary>
    public static LuaValue Of(LuaState state, string text) => Of(state, System.Text.Encoding.Latin1.GetBytes(text));

    /// <inheritdoc cref="Of(LuaState, string)"/>
    public static LuaValue Of(LuaState state, ReadOnlySpan<byte> text)
    {
        bool hasCode = text.StartsWith("-"u8) && text.Contains((byte)' ');
        if (text.StartsWith("-"u8))
            text = text[1..];
        ReadOnlySpan<byte> trimmed = text.Trim("\r\n"u8);
        return ReplyToLua.Field(state, "err", new LuaValue(state.String(hasCode ? trimmed : [.. "ERR "u8, .. trimmed])));
    }

    /// <summary>An error reply of a command.</summary>
    public static void MarkCounted(LuaState state, LuaTable error) => state.SetField(error, CountedField, LuaValue.Boolean(true));
}
