using System.Globalization;

namespace Pkv.Server.Configuration;

/// <summary><c>client-output-buffer-limit class hard soft seconds …</c>: classes that are not named keep their limits.</summary>
internal sealed class OutputBufferLimitOption() : ConfigOption("client-output-buffer-limit", ConfigKind.List)
{
    internal const string CountError = "Wrong number of arguments in buffer limit configuration.";
    internal const string ClassError = "Invalid client class specified in buffer limit configuration.";
    internal const string ValueError = "Error in hard, soft or soft_seconds setting in buffer limit configuration.";

    public override string Allowed => "groups of: normal|replica|pubsub, hard limit, soft limit (memory), seconds";

    internal override bool TakesManyWords => true;

    public override string Format(PkvOptions options)
    {
        OutputBufferLimits limits = options.ClientOutputBufferLimits;
        return $"normal {Text(limits.Normal)} slave {Text(limits.Replica)} pubsub {Text(limits.Pubsub)}";
    }

    internal override string? Parse(string value, out Action<PkvOptions> change)
    {
        change = NoChange;
        string? error = ConfigWords.Split(value, out List<string> words);
        if (error is not null)
            return error;
        if (words.Count % 4 != 0)
            return CountError;
        var parsed = new List<(string Class, OutputBufferLimit Limit)>();
        for (int i = 0; i < words.Count; i += 4)
        {
            string clientClass = words[i].ToLowerInvariant();
            if (clientClass is not ("normal" or "slave" or "replica" or "pubsub"))
                return ClassError;
            if (!MemorySize.TryParse(words[i + 1], out long hardBytes)
                || !MemorySize.TryParse(words[i + 2], out long softBytes)
                || !int.TryParse(words[i + 3], NumberStyles.None, CultureInfo.InvariantCulture, out int softSeconds))
                return ValueError;
            parsed.Add((clientClass, new OutputBufferLimit(hardBytes, softBytes, softSeconds)));
        }

        change = options => options.ClientOutputBufferLimits = parsed.Aggregate(options.ClientOutputBufferLimits, With);
        return null;
    }

    internal override IReadOnlyList<string> ConfigLines(PkvOptions options)
    {
        OutputBufferLimits limits = options.ClientOutputBufferLimits;
        return
        [
            $"{Name} normal {ShortText(limits.Normal)}",
            $"{Name} replica {ShortText(limits.Replica)}",
            $"{Name} pubsub {ShortText(limits.Pubsub)}",
        ];
    }

    private static OutputBufferLimits With(OutputBufferLimits limits, (string Class, OutputBufferLimit Limit) part) => part.Class switch
    {
        "normal" => limits with { Normal = part.Limit },
        "pubsub" => limits with { Pubsub = part.Limit },
        _ => limits with { Replica = part.Limit },
    };

    private static string Text(OutputBufferLimit limit) => $"{limit.HardBytes} {limit.SoftBytes} {limit.SoftSeconds}";

    private static string ShortText(OutputBufferLimit limit)
        => $"{MemorySize.ToShortText(limit.HardBytes)} {MemorySize.ToShortText(limit.SoftBytes)} {limit.SoftSeconds}";
}
