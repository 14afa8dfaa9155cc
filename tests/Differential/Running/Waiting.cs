using System.Globalization;
using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>
/// Scripts of clients that wait for keys without end, and of one, number 0, that makes them. After each step, when both
/// servers have as many clients waiting, the same clients must have been served, and with the same replies. What a client that waits
/// is to send is left out. A transaction is sent whole.
/// </summary>
/// <param name="pkv">Opens a connection to Pkv.</param>
/// <param name="redis">Opens a connection to redis-server.</param>
/// <param name="waiters">How many clients may wait.</param>
public sealed class Waiting(Func<RespClient> pkv, Func<RespClient> redis, int waiters)
{
    private const int TimeoutMs = 5_000;

    /// <summary>Runs a script. Returns null, or a text with the shortest script found.</summary>
    public string? Run(IReadOnlyList<Step> steps, string label) => Finding.Of(steps, label, RunOnce);

    /// <summary>Runs a script once.</summary>
    public Outcome RunOnce(IReadOnlyList<Step> steps)
    {
        DataSet.Clear(pkv);
        DataSet.Clear(redis);
        Conversation[] clients = [.. Enumerable.Range(0, waiters + 1).Select(_ => Open())];
        using Conversation control = Open();
        var waiting = new SortedDictionary<int, Step>();
        try
        {
            for (int at = 0; at < steps.Count;)
            {
                int count = TransactionLength(steps, at);
                if (count == 0)
                    return new Outcome(at, null);
                string? told = null;
                if (steps[at].Client == 0)
                    _ = clients[0].Exchange(steps, at, count, out told);
                else if (waiting.TryAdd(steps[at].Client, steps[at]))
                    clients[steps[at].Client].Send(steps[at].Arguments);
                told ??= Served(control, clients, waiting);
                if (told is not null)
                    return new Outcome(at + count - 1, told);
                at += count;
            }
        }
        finally
        {
            foreach (Conversation client in clients)
                client.Dispose();
        }

        return new Outcome(steps.Count - 1, DataSet.Difference(DataSet.Capture(pkv), DataSet.Capture(redis), DataSet.ClockToleranceMs, "pkv", "redis"));
    }

    // Up to EXEC; 0 when there is none, in a script that was shrunk.
    private static int TransactionLength(IReadOnlyList<Step> steps, int at)
    {
        int count = 1;
        for (; steps[at].Is("MULTI") && !steps[at + count - 1].Is("EXEC"); count++)
        {
            if (at + count == steps.Count)
                return 0;
        }

        return count;
    }

    // Reads the replies of those who need not wait any longer. Returns null, or what differs.
    private static string? Served(Conversation control, Conversation[] clients, SortedDictionary<int, Step> waiting)
    {
        if (!Settled(control.Redis, clients, waiting, client => client.Redis))
            return "redis does not come to rest";
        int[] served = [.. waiting.Keys.Where(client => clients[client].Redis.HasMore)];
        if (!Settled(control.Pkv, clients, waiting, client => client.Pkv))
            return "pkv does not come to rest";
        foreach (int client in served)
        {
            if (clients[client].CompareNext(waiting[client]) is { } difference)
                return $"client {client}: {difference}";
            waiting.Remove(client);
        }

        int[] alone = [.. waiting.Keys.Where(client => clients[client].Pkv.HasMore)];
        return alone.Length == 0 ? null : $"pkv serves also clients {string.Join(", ", alone)}, for whom redis has nothing";
    }

    // Each client that has sent its command waits or has its reply: until then the server has not seen them all.
    private static bool Settled(ServerLink control, Conversation[] clients, SortedDictionary<int, Step> waiting, Func<Conversation, ServerLink> server)
    {
        long start = Environment.TickCount64;
        do
        {
            int served = waiting.Keys.Count(client => server(clients[client]).HasMore);
            if (Waiters(control) + served == waiting.Count && waiting.Keys.Count(client => server(clients[client]).HasMore) == served)
                return true;
        }
        while (Environment.TickCount64 - start < TimeoutMs);
        return false;
    }

    private static int Waiters(ServerLink control)
    {
        const string field = "\r\nblocked_clients:";
        string text = control.Call("INFO", "clients").Text;
        int start = text.IndexOf(field, StringComparison.Ordinal) + field.Length;
        return int.Parse(text.AsSpan(start, text.IndexOf('\r', start) - start), CultureInfo.InvariantCulture);
    }

    private Conversation Open() => new(new ServerLink(pkv(), TimeoutMs), new ServerLink(redis(), TimeoutMs));
}
