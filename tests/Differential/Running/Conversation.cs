using Pkv.Tests.Differential.Drawing;
using Pkv.Tests.Differential.Replies;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential.Running;

/// <summary>One client of a script: its connections to both servers, which are told the same, and its transaction.</summary>
/// <param name="pkv">The connection to Pkv.</param>
/// <param name="redis">The connection to redis-server.</param>
public sealed class Conversation(ServerLink pkv, ServerLink redis) : IDisposable
{
    private readonly Transaction _transaction = new();

    /// <summary>The connection to Pkv.</summary>
    public ServerLink Pkv => pkv;

    /// <summary>The connection to redis-server.</summary>
    public ServerLink Redis => redis;

    /// <summary>The servers may differ although both are right: the script cannot be judged.</summary>
    public bool IsUnsettled => _transaction.IsUnsettled;

    /// <summary>Sends commands together and compares their replies. Returns the first that differs, or -1.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="start">The first of them to send.</param>
    /// <param name="count">How many.</param>
    /// <param name="told">What differs.</param>
    public int Exchange(IReadOnlyList<Step> steps, int start, int count, out string? told)
    {
        for (int i = start; i < start + count; i++)
        {
            redis.Add(steps[i].Arguments);
            pkv.Add(steps[i].Arguments);
        }

        redis.Flush();
        pkv.Flush();
        string? silence = redis.Receive(count), ourSilence = pkv.Receive(count);
        for (int i = 0; i < count; i++)
        {
            Step step = steps[start + i];
            // By far the most: nothing to look at.
            if (i < redis.Replies && i < pkv.Replies && !_transaction.IsOpen && !step.Rule.IsByChance && !step.Is("MULTI") && pkv.Bytes(i).SequenceEqual(redis.Bytes(i)))
                continue;
            bool isProbed = i + 1 < count && steps[start + i + 1].IsProbe;
            Answer our = AnswerOf(pkv, i, isProbed, ourSilence), their = AnswerOf(redis, i, isProbed, silence);
            told = Told(step, our.Reply, their.Reply);
            if (!_transaction.Agree(step, our, their) || i >= redis.Replies || i >= pkv.Replies)
                return start + i;
            if (step.Rule.Settle(step.Arguments, our.Reply, their.Reply) is var (here, there) && !pkv.Call(here).Equals(redis.Call(there)))
                return start + i;
            // Settling has replaced the replies; a step that must settle is the last of its batch, with its probe.
            if (step.Rule.MustSettle)
                break;
        }

        told = null;
        return -1;
    }

    /// <summary>Sends one command to both and compares. Returns null, or what differs.</summary>
    public string? Call(Step step, out RespNode ours, out RespNode theirs)
    {
        theirs = redis.Call(step.Arguments);
        ours = pkv.Call(step.Arguments);
        return _transaction.Agree(step, new Answer(ours), new Answer(theirs)) ? null : Told(step, ours, theirs);
    }

    /// <summary>Sends each its own variant of a command and compares. Returns null, or what differs.</summary>
    public string? CallEach(Step step, string[] forPkv, string[] forRedis)
    {
        RespNode theirs = redis.Call(forRedis), ours = pkv.Call(forPkv);
        return _transaction.Agree(step, new Answer(ours), new Answer(theirs)) ? null : Told(step, ours, theirs);
    }

    /// <summary>Takes a command along with what is sent next.</summary>
    public void Add(string[] arguments)
    {
        pkv.Add(arguments);
        redis.Add(arguments);
    }

    /// <summary>Sends a command whose reply may be long in coming.</summary>
    public void Send(string[] arguments)
    {
        Add(arguments);
        redis.Flush();
        pkv.Flush();
    }

    /// <summary>Reads the next reply of both and compares. Returns null, or what differs.</summary>
    public string? CompareNext(Step step)
    {
        string? silence = redis.Receive(1), ourSilence = pkv.Receive(1);
        Answer our = AnswerOf(pkv, 0, isProbed: false, ourSilence), their = AnswerOf(redis, 0, isProbed: false, silence);
        return silence is null && ourSilence is null && _transaction.Agree(step, our, their) ? null : Told(step, our.Reply, their.Reply);
    }

    /// <summary>Subscribes to all events of keys.</summary>
    public void Listen()
    {
        pkv.Call("PSUBSCRIBE", "__key*__:*");
        redis.Call("PSUBSCRIBE", "__key*__:*");
    }

    /// <summary>Compares the messages that have come up to here. Returns null, or what differs.</summary>
    /// <param name="inOrder">Whether their order counts.</param>
    public string? CompareHeard(bool inOrder)
    {
        const string marker = "up to here";
        foreach (ServerLink server in new[] { redis, pkv })
        {
            server.Add(["PING", marker]);
            server.Flush();
        }

        string? silence = redis.ReceiveThrough(marker), ourSilence = pkv.ReceiveThrough(marker);
        string[] there = Heard(redis, silence, inOrder), here = Heard(pkv, ourSilence, inOrder);

        int same = here.Zip(there).TakeWhile(pair => pair.First == pair.Second).Count();
        return silence is null && ourSilence is null && same == here.Length && same == there.Length ? null
            : $"what is heard, from message {same} on\n  redis {string.Join(' ', there.Skip(same).Take(8))}\n  pkv   {string.Join(' ', here.Skip(same).Take(8))}";
    }

    /// <summary>A difference as a text.</summary>
    public static string Told(Step step, RespNode ours, RespNode theirs) => $"{step}\n  redis {Shown(theirs)}\n  pkv   {Shown(ours)}";

    /// <inheritdoc/>
    public void Dispose()
    {
        pkv.Dispose();
        redis.Dispose();
    }

    private static Answer AnswerOf(ServerLink server, int i, bool isProbed, string? silence) =>
        i < server.Replies ? new Answer(server.Node(i), isProbed && i + 1 < server.Replies ? server.Node(i + 1) : null)
            : new Answer(ServerLink.NoReply(silence ?? ""));

    // Without their order: all parts of all messages, since where channels are left in any order the numbers that are left go with it.
    private static string[] Heard(ServerLink server, string? silence, bool inOrder)
    {
        IEnumerable<RespNode> heard = Enumerable.Range(0, server.Replies).Select(server.Node);
        IEnumerable<string> parts = inOrder ? heard.Select(node => node.ToString()) : heard.SelectMany(Answer.Leaves).Order(StringComparer.Ordinal);
        return silence is null ? [.. parts] : [.. parts, silence];
    }

    private static string Shown(RespNode reply)
    {
        const int shown = 600;
        string text = string.Concat(reply.ToString().Select(c => c is >= ' ' and < '\u007f' ? $"{c}" : $"\\x{(int)c:x2}"));
        return text.Length > shown ? $"{text[..shown]}… ({text.Length} characters)" : text;
    }
}
