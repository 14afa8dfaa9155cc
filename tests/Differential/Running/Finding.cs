using System.Text;
using Pkv.Tests.Differential.Drawing;

namespace Pkv.Tests.Differential.Running;

/// <summary>A difference as people need it: where it was, and the shortest script that shows it, as redis-cli reads it.</summary>
public static class Finding
{
    /// <summary>Runs a script. Returns null, or a text with the shortest script found.</summary>
    /// <param name="steps">The script.</param>
    /// <param name="label">How to repeat the run.</param>
    /// <param name="run">Runs a script on two empty servers.</param>
    public static string? Of(IReadOnlyList<Step> steps, string label, Func<IReadOnlyList<Step>, Outcome> run)
    {
        Outcome first = run(steps);
        if (first.Told is null)
            return null;
        List<Step> script = Shrinker.Shrink([.. steps.Take(first.Step + 1)], candidate => run(candidate).Told is not null);
        Outcome shrunk = run(script);
        var text = new StringBuilder($"{label}, step {first.Step} of {steps.Count}: {first.Told}\nshrunk to {script.Count} commands, for redis-cli:\n");
        bool severalClients = script.Any(step => step.Client != script[0].Client);
        foreach (Step step in script)
            text.Append(severalClients ? $"(client {step.Client}) " : "").Append(step).Append('\n');
        return text.Append(shrunk.Told ?? "(the difference comes and goes)").ToString();
    }
}
