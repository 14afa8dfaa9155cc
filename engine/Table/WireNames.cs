using System.Numerics;

namespace Pkv.Engine.Table;

/// <summary>
/// Turns the bits of a [Flags] enum into names held by bit position. For COMMAND replies: not a hot path.
/// </summary>
internal static class WireNames
{
    /// <summary>The name of a single bit, or an empty string where the list ends before it.</summary>
    public static string One(string[] names, uint bit)
    {
        int position = BitOperations.TrailingZeroCount(bit);
        return position < names.Length ? names[position] : "";
    }

    /// <summary>The names of all set bits that have one, lowest bit first.</summary>
    public static List<string> All(string[] names, uint bits)
    {
        var found = new List<string>(BitOperations.PopCount(bits));
        for (uint rest = bits; rest != 0; rest &= rest - 1)
        {
            string name = One(names, rest);
            if (name.Length != 0)
                found.Add(name);
        }

        return found;
    }
}
