using System.Text;
using Pkv.Tests.Support;

namespace Pkv.Tests.Differential;

/// <summary>
/// Sends the same commands to Pkv and to a real redis-server and looks for the first reply that differs. A difference is
/// shrunk: commands are left out as long as it stays.
/// </summary>
/// <param name="pkv">Opens a connection to Pkv.</param>
/// <param name="redis">Opens a connection to redis-server.</param>
public sealed class Comparison(Func<RespClient> pkv, Func<RespClient> redis)
{
    private const int BatchCommands = 500;
    private const int TimeoutMs = 5_000;
    private const int ShrinkRunsMax = 400;
    private const int ShrinkCommandsMax = 3_000;

    /// <summary>
    /// Runs commands on two empty servers, and compares replies and final state. Returns null, or a text with the shortest
    /// script found.
    /// </summary>
    /// <param name="commands">The commands.</param>
    /// <param name="label">How to repeat the run: the seed.</param>
    public string? Run(IReadOnlyList<DrawnCommand> commands, string label)
    {
        int differing = FirstDifference(commands, out string? told);
        if (told is null)
            return null;
        var script = commands.Take(differing + 1).ToList();
        Shrink(script);
        FirstDifference(script, out string? shrunk);
        var text = new StringBuilder($"{label}, command {differing} of {commands.Count}: {told}\nshrunk to {script.Count} commands:\n");
        foreach (DrawnCommand command in script.TakeLast(60))
            text.Append("  ").Append(command).Append('\n');
        return text.Append(shrunk ?? "(the difference comes and goes)").ToString();
    }

    // The index of the command whose replies differ; the number of commands when only the final state does.
    private int FirstDifference(IReadOnlyList<DrawnCommand> commands, out string? told)
    {
        using RespClient ours = pkv(), theirs = redis();
        ours.Call("FLUSHALL");
        theirs.Call("FLUSHALL");
        for (int start = 0; start < commands.Count; start += BatchCommands)
        {
            string[][] batch = [.. commands.Skip(start).Take(BatchCommands).Select(command => command.Arguments)];
            Task<IReadOnlyList<RespNode>> sent = Task.Run(() => Replies(theirs, batch));
            IReadOnlyList<RespNode> our = Replies(ours, batch), their = sent.GetAwaiter().GetResult();
            for (int i = 0; i < batch.Length; i++)
            {
                if (commands[start + i].Agree(our[i], their[i]))
                    continue;
                told = $"{commands[start + i]}\n  redis {Shown(their[i])}\n  pkv   {Shown(our[i])}";
                return start + i;
            }
        }

        told = DataSet.Difference(DataSet.Capture(pkv, redis), DataSet.Capture(redis, redis), DataSet.ClockToleranceMs);
        return commands.Count - 1;
    }

    // A server that falls silent differs too.
    private static IReadOnlyList<RespNode> Replies(RespClient client, string[][] batch)
    {
        client.TimeoutMs = TimeoutMs;
        try
        {
            return client.Pipeline(batch);
        }
        catch (IOException e)
        {
            return [.. Enumerable.Repeat(new RespNode('-', $"(no reply: {e.Message})", []), batch.Length)];
        }
    }

    private void Shrink(List<DrawnCommand> script)
    {
        int runs = 0;
        if (script.Count > ShrinkCommandsMax)
        {
            List<DrawnCommand> tail = script.GetRange(script.Count - ShrinkCommandsMax, ShrinkCommandsMax);
            if (!Differs(tail))
                return;
            script.RemoveRange(0, script.Count - ShrinkCommandsMax);
        }

        for (int piece = Math.Max(1, script.Count / 2); runs < ShrinkRunsMax; piece /= 2)
        {
            for (int at = script.Count - piece; at >= 0 && runs < ShrinkRunsMax; at -= piece)
            {
                List<DrawnCommand> shorter = [.. script.Take(at), .. script.Skip(at + piece)];
                runs++;
                if (shorter.Count == 0 || !Differs(shorter))
                    continue;
                script.Clear();
                script.AddRange(shorter);
                at = Math.Min(at, script.Count);
            }

            if (piece == 1)
                return;
        }
    }

    private bool Differs(List<DrawnCommand> script)
    {
        FirstDifference(script, out string? told);
        return told is not null;
    }

    private static string Shown(RespNode reply)
    {
        const int shown = 400;
        string text = string.Concat(reply.ToString().Select(c => c is >= ' ' and < '\u007f' ? $"{c}" : $"\\x{(int)c:x2}"));
        return text.Length > shown ? $"{text[..shown]}… ({text.Length} characters)" : text;
    }
}
