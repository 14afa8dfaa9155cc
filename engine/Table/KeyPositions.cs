using Pkv.Resp;


namespace Pkv.Engine.Table;

/// <summary>
/// The arguments at which one call's keys stand, as far as first, last and step tell: a loop over
/// <c>for (i = First; i &lt;= Last; i += Step)</c>, empty without keys. Keys behind a count are distinguished from them
/// by <see cref="Counted"/>; for all other movable keys use <see cref="KeyExtraction"/>.
/// </summary>
/// <param name="First">The first key's argument.</param>
/// <param name="Last">The last argument that may be a key, within the call's arguments.</param>
/// <param name="Step">Arguments from one key to the next, at least 1.</param>
public readonly record struct KeyPositions(int First, int Last, int Step)
{
    /// <summary>How many keys.</summary>
    public int Count => Last < First ? 0 : ((Last - First) / Step) + 1;

    /// <summary>
    /// Resolves the key range of a call with argc arguments, the command's name counted. Does not allocate.
    /// </summary>
    public static KeyPositions For(CommandSpec spec, int argc)
    {
        if (spec.KeyStep == 0)
            return new KeyPositions(0, -1, 1);
        int last = spec.LastKey < 0 ? argc + spec.LastKey : spec.LastKey;
        return new KeyPositions(spec.FirstKey, Math.Min(last, argc - 1), spec.KeyStep);
    }

    /// <summary>
    /// Resolves the keys whose number the call tells, or that follow a word: as many as the arguments hold, none when the count is no count (then
    /// the command refuses the call). Does not allocate.
    /// </summary>
    public static KeyPositions Counted(CommandSpec spec, ArgList args)
    {
        if (spec.CountedKeys is not { } keys)
            return new KeyPositions(0, -1, 1);
        if (keys.Search == KeySearch.Keyword)
            return AfterWord(keys, args);
        int countAt = keys.BeginIndex + keys.KeyNumIndex, first = keys.BeginIndex + keys.FirstKey;
        if (countAt >= args.Count || !Integers.TryParse(GetSpan(args, countAt), out long count) || count <= 0)
            return new KeyPositions(0, -1, 1);
        long last = Math.Min(args.Count - 1, first + (Math.Min(count, args.Count) - 1) * keys.KeyStep);
        return new KeyPositions(first, (int)last, keys.KeyStep);
    }

    // Behind the first such word, of which a part are keys: XREAD … STREAMS key … id …
    private static KeyPositions AfterWord(KeySpec keys, ArgList args)
    {
        int at = keys.StartFrom;
        while (at < args.Count && !System.Text.Ascii.EqualsIgnoreCase(GetSpan(args, at), keys.Keyword))
            at++;
        int first = at + 1;
        return new KeyPositions(first, first + Math.Max(args.Count - first, 0) / keys.Limit - 1, keys.KeyStep);
    }

    private static unsafe ReadOnlySpan<byte> GetSpan(ArgList args, int index) => args.Items[index].Span;
}
