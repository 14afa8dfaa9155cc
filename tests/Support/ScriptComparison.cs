using System.Text;
using Xunit;

namespace Pkv.Tests.Support;

/// <summary>
/// Runs scripts on Pkv and on a real redis-server, in both protocol versions, and compares every reply. Commands are separated
/// by '|', arguments by spaces; "~" stands for an empty argument, "\0" in an argument for a zero byte.
/// </summary>
public static class ScriptComparison
{
    /// <summary>Fails at the first reply that differs.</summary>
    public static void Run(PkvServer pkv, ReferenceRedis redis, string script)
    {
        foreach (string version in (string[])["2", "3"])
        {
            using RespClient ours = pkv.Connect(), theirs = redis.Connect();
            foreach (RespClient client in (RespClient[])[ours, theirs])
            {
                client.Call("HELLO", version);
                client.Call("FLUSHALL");
            }

            foreach (string line in script.Split('|', StringSplitOptions.TrimEntries))
            {
                string[] command = [.. line.Split(' ').Select(Argument)];
                RespNode expected = UnorderedReply.Sorted(command, theirs.Call(command)), actual = UnorderedReply.Sorted(command, ours.Call(command));
                Assert.True(expected == actual, $"RESP{version}, {line}: redis-server says {expected}, we say {actual}");
            }
        }
    }

    private static string Argument(string word) => word == "~" ? "" : new StringBuilder(word).Replace("\\0", "\0").Replace("\\r", "\r").ToString();
}
