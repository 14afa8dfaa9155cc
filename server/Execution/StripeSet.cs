using Pkv.Server.Keyspace;

namespace Pkv.Server.Execution;

/// <summary>The different stripes among those of many keys: by a bit for each, instead of sorting a million addresses.</summary>
internal static unsafe class StripeSet
{
    // From so many keys on. Below it they are sorted as they are.
    private const int MinKeys = 1024;

    /// <summary>Sorts stripes and leaves each once, at the front; returns how many.</summary>
    public static int SortUnique(Span<nint> stripes)
    {
        stripes.Sort();
        int count = 0;
        for (int i = 0; i < stripes.Length; i++)
        {
            if (i == 0 || stripes[i] != stripes[count - 1])
                stripes[count++] = stripes[i];
        }
        return count;
    }

    /// <summary>The stripes of the list, all of one database; where they are many, each once and in order.</summary>
    public static Span<nint> Reduce(Span<nint> stripes, Database database)
    {
        if (stripes.Length < MinKeys)
            return stripes;
        Span<bool> present = stackalloc bool[Database.StripeCount];
        present.Clear();
        Stripe* first = database.Stripes;
        foreach (nint stripe in stripes)
            present[(int)((Stripe*)stripe - first)] = true;
        int count = 0;
        for (int i = 0; i < Database.StripeCount; i++)
        {
            if (present[i])
                stripes[count++] = (nint)(first + i);
        }
        return stripes[..count];
    }
}
