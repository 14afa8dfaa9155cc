using System.Text;
using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>
/// Sends the same script to Pkv and to a real redis-server and looks for the first reply that differs, and at the end for
/// a difference of what they hold. What is found is shrunk to a script that redis-cli can replay.
/// </summary>
/// <param name="pkv">Opens a connection to Pkv.</param>
/// <param name="redis">Opens a connection to redis-server.</param>
/// <param name="resp3">Whether connections speak RESP3.</param>
public sealed class Comparison(Func<RespClient> pkv, Func<RespClient> redis, bool resp3 = false)
{
    private const int BatchSteps = 250;
    private const int BatchCharacters = 200_000;

    /// <summary>How long a reply may take before a server counts as silent, milliseconds.</summary>
    public int TimeoutMs { get; init; } = 20_000;

    /// <summary>The result of one run: where the servers differed, if they did.</summary>
    /// <param name="Step">The step at which they differed; after the last step when only what they hold did.</param>
    /// <param name="Told">What differed, or null.</param>
    public sealed record Outcome(int Step, string? Told);

    /// <summary>Runs a script on two empty servers. Returns null, or a text with the shortest script found.</summary>
    /// <param name="steps">The script.</param>
    /// <param name="label">How to repeat the run: the seed.</param>
    public string? Run(IReadOnlyList<Step> steps, string label)
    {
        Outcome first = RunOnce(steps);
        if (first.Told is null)
            return null;
        List<Step> script = Shrinker.Shrink([.. steps.Take(first.Step + 1)], candidate => RunOnce(candidate).Told is not null);
        Outcome shrunk = RunOnce(script);
        var text = new StringBuilder($"{label}{(resp3 ? ", RESP3" : "")}, step {first.Step} of {steps.Count}: {first.Told}\nshrunk to {script.Count} commands, for redis-cli:\n");
        if (resp3)
            text.Append("HELLO 3\n");
        bool severalClients = script.Any(step => step.Client != script[0].Client);
        foreach (Step step in script)
            text.Append(severalClients ? $"(client {step.Client}) " : "").Append(step).Append('\n');
        return text.Append(shrunk.Told ?? "(the difference comes and goes)").ToString();
    }

    /// <summary>Runs a script once on two empty servers.</summary>
    public Outcome RunOnce(IReadOnlyList<Step> steps)
    {
        var clients = new Dictionary<int, Conversation>();
        try
        {
            using (RespClient ours = pkv(), theirs = redis())
            {
                ours.Call("FLUSHALL");
                theirs.Call("FLUSHALL");
            }

            for (int at = 0; at < steps.Count;)
            {
                Conversation client = Client(clients, steps[at].Client);
                int count = 1, differing;
                string? told;
                if (steps[at].Rule is SoloRule solo)
                    differing = (told = solo.Run(steps[at], client)) is null ? -1 : at;
                else
                    differing = client.Exchange(steps, at, count = BatchLength(steps, at), out told);
                if (client.IsUnsettled)
                    return new Outcome(at, null);
                if (differing >= 0)
                    return new Outcome(differing, told);
                at += count;
            }
        }
        finally
        {
            foreach (Conversation client in clients.Values)
                client.Dispose();
        }

        return new Outcome(steps.Count - 1, DataSet.Difference(DataSet.Capture(pkv), DataSet.Capture(redis), DataSet.ClockToleranceMs, "pkv", "redis"));
    }

    private Conversation Client(Dictionary<int, Conversation> clients, int number)
    {
        if (!clients.TryGetValue(number, out Conversation? client))
            clients[number] = client = new Conversation(Open(pkv), Open(redis));
        return client;
    }

    private ServerLink Open(Func<RespClient> server)
    {
        var link = new ServerLink(server(), TimeoutMs);
        if (resp3)
            link.Call("HELLO", "3");
        return link;
    }

    // As many as one client sends in a row; a step that must be settled ends it, with its probe.
    private static int BatchLength(IReadOnlyList<Step> steps, int start)
    {
        int count = 0;
        for (int characters = 0; start + count < steps.Count && count < BatchSteps && characters < BatchCharacters; count++)
        {
            Step step = steps[start + count];
            if (step.Client != steps[start].Client || step.Rule is SoloRule)
                break;
            characters += step.Arguments.Sum(argument => argument.Length);
            if (step.Rule.MustSettle)
                return start + count + 1 < steps.Count && steps[start + count + 1].IsProbe ? count + 2 : count + 1;
        }

        return count;
    }
}
