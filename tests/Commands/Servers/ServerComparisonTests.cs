using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Servers;

/// <summary>Server commands word for word against redis-server 7.0, where both can say the same.</summary>
public sealed class ServerComparisonTests(ReferenceRedis redis, PkvServer pkv) : IClassFixture<ReferenceRedis>, IClassFixture<PkvServer>
{
    // '|' separates arguments; '~' stands for a line break.
    private const string Script =
        """
        CONFIG
        CONFIG|GET
        CONFIG|GET|nosuch
        CONFIG|GET|maxmemory-policy
        CONFIG|GET|MAXMEMORY-policy
        CONFIG|SET|a
        CONFIG|SET|a|b|c
        CONFIG|SET|nosuch|1
        CONFIG|SET|maxmemory|x
        CONFIG|SET|maxmemory-samples|7|maxmemory-samples|8
        CONFIG|SET|databases|1
        CONFIG|SET|slowlog-max-len|64
        CONFIG|GET|slowlog-max-len
        CONFIG|REWRITE
        CONFIG|RESETSTAT
        CONFIG|RESETSTAT|x
        CONFIG|nosuch
        COMMAND|nosuch
        COMMAND|GETKEYS
        COMMAND|GETKEYS|SET|a|b
        COMMAND|GETKEYS|PING
        COMMAND|GETKEYSANDFLAGS|MSET|a|1|b|2
        COMMAND|INFO|GET|nosuch
        COMMAND|LIST|FILTERBY|x
        COMMAND|LIST|FILTERBY|PATTERN|bgs*
        TIME|x
        ROLE
        ROLE|x
        LASTSAVE|x
        SAVE|x
        BGSAVE|foo
        BGREWRITEAOF|x
        SHUTDOWN|foo
        SHUTDOWN|ABORT
        SHUTDOWN|SAVE|NOSAVE
        SHUTDOWN|ABORT|NOW
        SLOWLOG
        SLOWLOG|RESET
        SLOWLOG|LEN
        SLOWLOG|GET
        SLOWLOG|GET|x
        SLOWLOG|GET|-2
        SLOWLOG|GET|1|2
        SLOWLOG|RESET
        SLOWLOG|nosuch
        LATENCY|LATEST
        LATENCY|HISTORY|foo
        LATENCY|HISTORY
        LATENCY|RESET
        LATENCY|RESET|foo
        LATENCY|GRAPH|foo
        LATENCY|GRAPH|a~b
        LATENCY|HISTOGRAM|nosuch
        LATENCY|nosuch
        MEMORY|USAGE
        MEMORY|USAGE|nosuch
        MEMORY|USAGE|nosuch|SAMPLES
        MEMORY|USAGE|nosuch|SAMPLES|x
        MEMORY|USAGE|nosuch|SAMPLES|-1
        MEMORY|USAGE|nosuch|SAMPLES|5
        MEMORY|USAGE|nosuch|foo|5
        MEMORY|PURGE
        MEMORY|DOCTOR|x
        LOLWUT|VERSION|x
        MONITOR|x
        DEBUG
        DEBUG|OBJECT|nosuch
        DEBUG|SLEEP|0
        CLUSTER
        CLUSTER|INFO
        CLUSTER|NODES
        CLUSTER|SLOTS
        CLUSTER|SHARDS
        CLUSTER|MYID
        CLUSTER|HELP
        CLUSTER|KEYSLOT|a
        CLUSTER|KEYSLOT
        CLUSTER|RESET|HARD
        CLUSTER|nosuch
        ASKING
        READONLY
        READWRITE
        READWRITE|x
        MODULE
        MODULE|LIST
        MODULE|LIST|x
        MODULE|LOAD|/lib/x.so
        MODULE|LOAD
        MODULE|LOADEX|/lib/x.so
        MODULE|UNLOAD|x
        MODULE|nosuch
        REPLICAOF|NO|ONE
        SLAVEOF|no|one
        REPLICAOF|a|b
        REPLICAOF|a|65536
        REPLICAOF|a
        CLIENT|TRACKINGINFO
        CLIENT|TRACKINGINFO|x
        CLIENT|GETREDIR
        MULTI
        CLUSTER|INFO
        REPLICAOF|NO|ONE
        MONITOR
        PING
        EXEC
        MULTI
        SAVE
        EXEC
        MULTI
        CONFIG|GET|maxmemory-policy
        TIME|x
        EXEC
        SLOWLOG|RESET
        MULTI
        CONFIG|GET|maxmemory-policy
        SLOWLOG|LEN
        EXEC
        """;

    [RedisFact]
    public void Replies_are_the_same()
    {
        foreach (string version in (string[])["2", "3"])
        {
            using RespClient theirs = redis.Connect(), ours = pkv.Connect();
            theirs.Call("HELLO", version);
            ours.Call("HELLO", version);
            foreach (string line in Script.Split('\n'))
            {
                string[] command = [.. line.TrimEnd('\r').Split('|').Select(a => a.Replace('~', '\n'))];
                Assert.Equal($"{version} {line}: {theirs.Call(command)}", $"{version} {line}: {ours.Call(command)}");
            }
        }
    }

    [RedisFact]
    public void Texts_for_people_have_the_types_of_redis()
    {
        string[][] commands = [["INFO"], ["LOLWUT"], ["MEMORY", "DOCTOR"], ["MEMORY", "MALLOC-STATS"], ["MEMORY", "STATS"], ["LATENCY", "DOCTOR"], ["CLIENT", "LIST"], ["TIME"], ["LASTSAVE"]];
        foreach (string version in (string[])["2", "3"])
        {
            using RespClient theirs = redis.Connect(), ours = pkv.Connect();
            theirs.Call("HELLO", version);
            ours.Call("HELLO", version);
            foreach (string[] command in commands)
                Assert.Equal($"{version} {command[0]}: {theirs.Call(command).Kind}", $"{version} {command[0]}: {ours.Call(command).Kind}");
        }
    }

    [RedisFact]
    public void Monitors_are_shown_the_same()
    {
        string[][] commands =
        [
            ["MULTI"], ["SET", "a", "1"], ["get", "a"], ["EXEC"], ["AUTH", "default", "pw"], ["AUTH", "pw"], ["CONFIG", "GET", "x"], ["CLIENT", "LIST"],
            ["CLIENT", "SETNAME", "me"], ["NOSUCH"], ["GET"], ["SELECT", "3"], ["ECHO", "a\"b\\c\r\n\0\u00ff\a\t"], ["SLOWLOG", "GET"], ["RESET"], ["ECHO", "end"],
        ];
        using RespClient theirs = redis.Connect(), ours = pkv.Connect(), theirMonitor = redis.Connect(), ourMonitor = pkv.Connect();
        Assert.Equal(Shown(theirMonitor, theirs, commands), Shown(ourMonitor, ours, commands));

        static string Shown(RespClient monitor, RespClient client, string[][] commands)
        {
            monitor.Call("MONITOR");
            foreach (string[] command in commands)
                client.Call(command);
            List<string> lines = [];
            while (lines.Count == 0 || !lines[^1].EndsWith("\"end\"", StringComparison.Ordinal))
            {
                // +1339518083.107412 [0 127.0.0.1:60866] "keys" "*": the database and all after the address.
                string line = monitor.Read().Text;
                lines.Add($"{line.Split('[')[1].Split(' ')[0]} {line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]}");
            }
            Assert.Equal("+RESET", monitor.Call("RESET").ToString());
            Assert.Equal("+PONG", monitor.Call("PING").ToString());
            return string.Join('\n', lines);
        }
    }
}
