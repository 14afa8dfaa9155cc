using System.Diagnostics;
using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Execution;

/// <summary>The different stripes among those of many keys: by a mark for each, instead of sorting a million addresses.</summary>
internal static unsafe class StripeSet
{
    // From so many keys on. Below it they are sorted as they are.
    public const int MinKeys = 1024;

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

    /// <summary>The stripes of a database that are marked, in order; returns how many.</summary>
    public static int List(ReadOnlySpan<bool> marks, Database database, Span<nint> stripes)
    {
        Debug.Assert(marks.Length == Database.StripeCount && stripes.Length >= Database.StripeCount, "there is a mark for each stripe, and room for all");
        int count = 0;
        for (int i = 0; i < Database.StripeCount; i++)
        {
            if (marks[i])
                stripes[count++] = (nint)(database.Stripes + i);
        }
        return count;
    }
}
