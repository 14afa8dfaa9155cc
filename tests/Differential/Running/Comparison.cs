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
    private const int Listener = -1;

    /// <summary>How long a reply may take before a server counts as silent, milliseconds.</summary>
    public int TimeoutMs { get; init; } = 20_000;

    /// <summary>Whether a run begins with what the servers hold instead of with nothing.</summary>
    public bool GoesOn { get; init; }

    /// <summary>Whether a further client listens to keyspace events, of which both servers must tell the same in the same order.</summary>
    public bool Listens { get; init; }

    /// <summary>Runs a script on two empty servers. Returns null, or a text with the shortest script found.</summary>
    /// <param name="steps">The script.</param>
    /// <param name="label">How to repeat the run: the seed.</param>
    public string? Run(IReadOnlyList<Step> steps, string label) => Finding.Of(steps, resp3 ? $"{label}, RESP3" : label, RunOnce);

    /// <summary>Runs a script once on two empty servers.</summary>
    public Outcome RunOnce(IReadOnlyList<Step> steps)
    {
        var clients = new Dictionary<int, Conversation>();
        try
        {
            if (!GoesOn)
            {
                DataSet.Clear(pkv);
                DataSet.Clear(redis);
            }

            if (Listens)
                Client(clients, Listener).Listen();
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
                if (Listens && clients[Listener].CompareHeard(inOrder: true) is { } heard)
                    return new Outcome(at - 1, heard);
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
