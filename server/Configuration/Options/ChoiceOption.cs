namespace Pkv.Server.Configuration;

/// <summary>One of a few words, each an enum's value. The words' order is Redis's, because its error text lists them.</summary>
internal sealed class ChoiceOption<T>(
    string name, (string Word, T Value)[] choices, Func<PkvOptions, T> get, Action<PkvOptions, T> set)
    : ConfigOption(name, ConfigKind.Choice)
    where T : struct, Enum
{
    public override string Allowed => $"one of {Words}";

    private string Words => string.Join(", ", choices.Select(choice => choice.Word));

    public override string Format(PkvOptions options)
    {
        T value = get(options);
        return choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Word;
    }

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        foreach ((string word, T choice) in choices)
        {
            if (!word.Equals(value, StringComparison.OrdinalIgnoreCase))
                continue;
            change = options => set(options, choice);
            return null;
        }

        change = NoChange;
        return $"argument(s) must be one of the following: {Words}";
    }
}
