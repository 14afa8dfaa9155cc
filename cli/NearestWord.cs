namespace Pkv.Cli;

/// <summary>Suggests the known word nearest to an unknown one.</summary>
internal static class NearestWord
{
    /// <summary>
    /// The known word with the fewest slips of the finger (a letter too many, too few, wrong, or two exchanged), of which a
    /// third of the letters may be wrong; or else the one that begins so; or null.
    /// </summary>
    public static string? Of(string word, IReadOnlyCollection<string> known)
    {
        if (word.Length == 0)
            return null;
        (string Word, int Slips) best = known.Select(k => (Word: k, Slips: Slips(word, k))).DefaultIfEmpty((Word: "", Slips: int.MaxValue)).MinBy(k => k.Slips);
        if (best.Slips <= Math.Max(1, best.Word.Length / 3) && best.Slips < word.Length)
            return best.Word;
        return known.FirstOrDefault(k => k.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }

    // Optimal string alignment: Levenshtein's distance, in which an exchange of neighbours counts once.
    private static int Slips(string a, string b)
    {
        int[,] slips = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    slips[i, j] = i + j;
                    continue;
                }
                int change = slips[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                slips[i, j] = Math.Min(change, Math.Min(slips[i - 1, j], slips[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
            }
        }
        return slips[a.Length, b.Length];
    }
}
