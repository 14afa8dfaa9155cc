using System.Text;
using Pkv.Engine.Settings;

namespace Pkv.Server.Configuration;

/// <summary><c>notify-keyspace-events</c>: one letter per event class, shown in Redis's order.</summary>
internal sealed class KeyspaceEventsOption() : ConfigOption("notify-keyspace-events", ConfigKind.Text)
{
    internal const string Error = "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.";

    private static readonly (char Letter, KeyspaceEvents Class)[] Types =
    [
        ('g', KeyspaceEvents.Generic), ('$', KeyspaceEvents.String), ('l', KeyspaceEvents.List),
        ('s', KeyspaceEvents.Set), ('h', KeyspaceEvents.Hash), ('z', KeyspaceEvents.SortedSet),
        ('x', KeyspaceEvents.Expired), ('e', KeyspaceEvents.Evicted), ('t', KeyspaceEvents.Stream),
        ('d', KeyspaceEvents.Module), ('n', KeyspaceEvents.NewKey),
    ];

    private static readonly (char Letter, KeyspaceEvents Class)[] Others =
    [
        ('A', KeyspaceEvents.All), ('K', KeyspaceEvents.Keyspace), ('E', KeyspaceEvents.Keyevent), ('m', KeyspaceEvents.KeyMiss),
    ];

    public override string Allowed => "letters of Ag$lshzxeKEtmdn, or nothing";

    /// <summary>Redis 7.0's order; unlike 7.0 (and like 7.2) <c>n</c> is not lost next to <c>A</c>.</summary>
    public override string Format(PkvOptions options)
    {
        KeyspaceEvents events = options.NotifyKeyspaceEvents;
        var text = new StringBuilder();
        bool all = (events & KeyspaceEvents.All) == KeyspaceEvents.All;
        if (all)
            text.Append('A');
        foreach ((char letter, KeyspaceEvents type) in all ? [] : Types)
            Append(text, letter, events, type);
        foreach ((char letter, KeyspaceEvents type) in Others.AsSpan(1))
            Append(text, letter, events, type);
        if (all && (events & KeyspaceEvents.NewKey) != 0)
            text.Append('n');
        return text.ToString();
    }

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        KeyspaceEvents events = KeyspaceEvents.None;
        foreach (char c in value)
        {
            KeyspaceEvents found = Types.Concat(Others).FirstOrDefault(entry => entry.Letter == c).Class;
            if (found == KeyspaceEvents.None)
                return Error;
            events |= found;
        }

        change = options => options.NotifyKeyspaceEvents = events;
        return null;
    }

    internal override IReadOnlyList<string> ConfigLines(PkvOptions options) => [$"{Name} {ConfigWords.Quote(Format(options))}"];

    private static void Append(StringBuilder text, char letter, KeyspaceEvents events, KeyspaceEvents type)
    {
        if ((events & type) != 0)
            text.Append(letter);
    }
}
