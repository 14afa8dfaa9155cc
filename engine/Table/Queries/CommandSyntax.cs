namespace Pkv.Engine.Table.Queries;

/// <summary>
/// Writes a command's arguments as one line for people: optional parts in [], choices with |, repetition with "...".
/// Not a hot path.
/// </summary>
internal static class CommandSyntax
{
    /// <summary>The arguments as the docs write them: <c>key [COUNT count]</c>. Empty without arguments.</summary>
    public static string Plain(CommandSpec spec) => Join(spec.Arguments, " ", isBracketed: false);

    /// <summary>The arguments as HELP replies write them: <c>&lt;key&gt; [COUNT &lt;count&gt;]</c>.</summary>
    public static string Bracketed(CommandSpec spec) => Join(spec.Arguments, " ", isBracketed: true);

    private static string Join(IReadOnlyList<CommandArgument> arguments, string separator, bool isBracketed) =>
        string.Join(separator, arguments.Select(argument => One(argument, isBracketed)));

    private static string One(CommandArgument argument, bool isBracketed)
    {
        bool isOptional = argument.Flags.HasFlag(ArgumentFlags.Optional);
        bool isMultiple = argument.Flags.HasFlag(ArgumentFlags.Multiple);
        bool isTokenRepeated = argument.Flags.HasFlag(ArgumentFlags.MultipleToken);

        string value = Value(argument, isBracketed);
        bool isChoice = argument.Type == ArgumentType.OneOf;
        if (isChoice && (!isOptional || isMultiple || argument.Token is not null))
            value = $"({value})";

        bool hasPrefix = argument.Token is not null && argument.Type != ArgumentType.PureToken;
        string text = hasPrefix ? $"{argument.Token} {value}" : value;
        if (isMultiple)
            text += $" [{(isTokenRepeated ? text : value)} ...]";
        return isOptional ? $"[{text}]" : text;
    }

    private static string Value(CommandArgument argument, bool isBracketed) => argument.Type switch
    {
        ArgumentType.OneOf => Join(argument.Arguments, "|", isBracketed),
        ArgumentType.Block => Join(argument.Arguments, " ", isBracketed),
        ArgumentType.PureToken => argument.Token ?? argument.Name,
        _ => isBracketed ? $"<{argument.Name}>" : argument.Name,
    };
}
