using Pkv.Tests.Differential.Drawing;

namespace Pkv.Tests.Differential.Running;

/// <summary>
/// Delta debugging: leaves out steps, then arguments, then parts of long arguments, as long as the script still shows a
/// difference (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
/// </summary>
public static class Shrinker
{
    private const int RunsMax = 1_500;
    private const int ManyArguments = 4;
    private const int LongArgument = 24;

    /// <summary>The shortest script found.</summary>
    /// <param name="script">A script that differs.</param>
    /// <param name="differs">Whether a script does.</param>
    public static List<Step> Shrink(List<Step> script, Func<List<Step>, bool> differs)
    {
        int runs = RunsMax;
        script = Leave(script, differs, ref runs);
        for (int i = 0; i < script.Count && runs > 0; i++)
        {
            int at = i;
            bool With(string[] arguments) => arguments.Length > 0 && differs([.. script.Select((step, n) => n == at ? step with { Arguments = arguments } : step)]);
            string[] arguments = script[i].Arguments;
            if (arguments.Length > ManyArguments)
            {
                List<string> rest = Leave([.. arguments[1..]], shorter => With([arguments[0], .. shorter]), ref runs);
                arguments = [arguments[0], .. rest];
            }

            for (int n = 1; n < arguments.Length && runs > 0; n++)
            {
                if (arguments[n].Length <= LongArgument)
                    continue;
                List<char> shorter = Leave([.. arguments[n]], text => With([.. arguments[..n], new string([.. text]), .. arguments[(n + 1)..]]), ref runs);
                arguments = [.. arguments[..n], new string([.. shorter]), .. arguments[(n + 1)..]];
            }

            script[i] = script[i] with { Arguments = arguments };
        }

        return script;
    }

    // Leaves out pieces of half the length, then of a quarter and so on, from the end: what came last matters most.
    private static List<T> Leave<T>(List<T> whole, Func<List<T>, bool> stillDiffers, ref int runs)
    {
        for (int piece = Math.Max(1, whole.Count / 2); runs > 0;)
        {
            bool left = false;
            for (int at = whole.Count - piece; at > -piece && runs > 0; at -= piece)
            {
                int from = Math.Max(0, at), length = Math.Min(piece, at + piece);
                List<T> shorter = [.. whole.Take(from), .. whole.Skip(from + length)];
                runs--;
                if (shorter.Count == 0 || !stillDiffers(shorter))
                    continue;
                whole = shorter;
                left = true;
            }

            if (piece == 1 && !left)
                break;
            piece = Math.Max(1, piece / 2);
        }

        return whole;
    }
}
