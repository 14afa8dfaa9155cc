using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>
/// Scripts of clients that subscribe and publish: a command brings any number of messages to any of them. After each the
/// sender is asked for a sign, and when something was published all the others too; what came before the sign is compared. A transaction is sent whole.
/// </summary>
/// <param name="pkv">Opens a connection to Pkv.</param>
/// <param name="redis">Opens a connection to redis-server.</param>
/// <param name="clients">How many clients there are.</param>
/// <param name="resp3">Whether connections speak RESP3.</param>
public sealed class Listening(Func<RespClient> pkv, Func<RespClient> redis, int clients, bool resp3)
{
    private const int TimeoutMs = 20_000;

    /// <summary>Runs a script. Returns null, or a text with the shortest script found.</summary>
    public string? Run(IReadOnlyList<Step> steps, string label) => Finding.Of(steps, resp3 ? $"{label}, RESP3" : label, RunOnce);

    /// <summary>Runs a script once.</summary>
    public Outcome RunOnce(IReadOnlyList<Step> steps)
    {
        DataSet.Clear(pkv);
        DataSet.Clear(redis);
        Conversation[] all = [.. Enumerable.Range(0, clients).Select(_ => new Conversation(Open(pkv), Open(redis)))];
        try
        {
            for (int at = 0; at < steps.Count;)
            {
                Step step = steps[at];
                int count = 1;
                if (step.Is("MULTI"))
                {
                    while (at + count <= steps.Count && !steps[at + count - 1].Is("EXEC"))
                        count++;
                    // A shrunk script without the end: no sign would come.
                    if (at + count > steps.Count)
                        return new Outcome(at, null);
                }

                for (int i = at; i < at + count; i++)
                    all[step.Client].Add(steps[i].Arguments);
                bool published = steps.Skip(at).Take(count).Any(s => s.Is("PUBLISH") || s.Is("SPUBLISH"));
                bool isOrdered = !published && steps.Skip(at).Take(count).All(s => s.Rule == ReplyRule.Exact);
                string? told = all[step.Client].CompareHeard(isOrdered);
                for (int other = 0; told is null && other < (published ? clients : 0); other++)
                {
                    if (other != step.Client && (told = all[other].CompareHeard(inOrder: false)) is not null)
                        told = $"client {other}: {told}";
                }

                if (told is not null)
                    return new Outcome(at + count - 1, $"{step}\n{told}");
                at += count;
            }
        }
        finally
        {
            foreach (Conversation client in all)
                client.Dispose();
        }

        return new Outcome(steps.Count - 1, null);
    }

    private ServerLink Open(Func<RespClient> server)
    {
        var link = new ServerLink(server(), TimeoutMs);
        if (resp3)
            link.Call("HELLO", "3");
        return link;
    }
}
