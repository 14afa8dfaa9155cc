using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Connections;

/// <summary>Connection commands word for word against redis-server 7.0.</summary>
public sealed class ConnectionComparisonTests(ReferenceRedis redis, PkvServer pkv) : IClassFixture<ReferenceRedis>, IClassFixture<PkvServer>
{
    // '|' separates arguments; '~' stands for a line break.
    private const string WithoutPassword =
        """
        PING
        PING|hello
        PING|a|b
        ECHO|hello
        ECHO
        ECHO|a|b
        AUTH
        AUTH|x
        AUTH|a|b
        AUTH|default|whatever
        AUTH|a|b|c
        HELLO|4
        HELLO|1
        HELLO|x
        HELLO|2|foo
        HELLO|2|AUTH|a
        HELLO|2|AUTH|a|b
        HELLO|2|SETNAME
        HELLO|2|SETNAME|a b
        HELLO|3|SETNAME|a~b
        HELLO|2|SETNAME|first|AUTH|nobody|x
        CLIENT|GETNAME
        CLIENT|SETNAME|a b
        CLIENT|SETNAME|a~b
        CLIENT|SETNAME|worker-1
        CLIENT|GETNAME
        CLIENT|SETNAME|
        CLIENT|GETNAME
        CLIENT|SETNAME
        CLIENT
        CLIENT|foo
        CLIENT|KILL
        CLIENT|KILL|1.1.1.1:1
        CLIENT|KILL|ID|x
        CLIENT|KILL|ID|0
        CLIENT|KILL|ID|-3
        CLIENT|KILL|ID|999999
        CLIENT|KILL|ID|1|ADDR
        CLIENT|KILL|1|2|3
        CLIENT|KILL|TYPE|foo
        CLIENT|KILL|TYPE|master
        CLIENT|KILL|type|Replica
        CLIENT|KILL|TYPE|pubsub
        CLIENT|KILL|USER|nobody
        CLIENT|KILL|USER|default|ADDR|1.1.1.1:1
        CLIENT|KILL|SKIPME|maybe
        CLIENT|KILL|ADDR|1.1.1.1:1
        CLIENT|KILL|LADDR|1.1.1.1:1|SKIPME|no
        CLIENT|KILL|foo|bar
        CLIENT|PAUSE
        CLIENT|PAUSE|x
        CLIENT|PAUSE|-1
        CLIENT|PAUSE|10|foo
        CLIENT|PAUSE|0
        CLIENT|PAUSE|1|WRITE|x
        CLIENT|UNPAUSE
        CLIENT|UNPAUSE|x
        CLIENT|NO-EVICT|x
        CLIENT|NO-EVICT|on
        CLIENT|NO-EVICT|off
        CLIENT|REPLY|x
        CLIENT|REPLY|ON
        CLIENT|LIST|TYPE|foo
        CLIENT|LIST|TYPE|master
        CLIENT|LIST|ID
        CLIENT|LIST|ID|x
        CLIENT|LIST|ID|999999
        CLIENT|LIST|foo
        SELECT|x
        SELECT|16
        SELECT|-1
        SELECT|3
        RESET
        RESET|x
        QUIT
        """;

    [RedisFact]
    public void Replies_are_the_same()
    {
        using RespClient theirs = redis.Connect(), ours = pkv.Connect();
        Compare(theirs, ours, WithoutPassword);
    }

    [RedisFact]
    public void Replies_are_the_same_with_a_password()
    {
        using ReferenceRedis lockedRedis = new();
        using PkvServer lockedPkv = new();
        using RespClient theirAdmin = lockedRedis.Connect(), ourAdmin = lockedPkv.Connect();
        Compare(theirAdmin, ourAdmin, "CONFIG|SET|requirepass|pw\nPING");
        using RespClient theirs = lockedRedis.Connect(), ours = lockedPkv.Connect();
        Compare(theirs, ours,
            """
            PING
            GET|x
            nosuch
            MULTI
            RESET
            HELLO
            HELLO|3
            HELLO|3|AUTH|default|wrong
            HELLO|2|AUTH|nobody|pw
            AUTH|wrong
            AUTH|nobody|pw
            AUTH|default|
            PING
            AUTH|pw
            PING
            AUTH|wrong
            PING
            RESET
            PING
            AUTH|default|pw
            PING
            """);
        Compare(theirAdmin, ourAdmin, "CONFIG|SET|requirepass|");
        Compare(theirs, ours, "RESET\nPING\nAUTH|pw");
        using RespClient theirLast = lockedRedis.Connect(), ourLast = lockedPkv.Connect();
        Compare(theirLast, ourLast, "PING");
    }

    [RedisFact]
    public void Hello_answers_the_same_map()
    {
        foreach (string version in (string[])["2", "3"])
        {
            using RespClient theirs = redis.Connect(), ours = pkv.Connect();
            RespNode their = theirs.Call("HELLO", version, "SETNAME", "me"), our = ours.Call("HELLO", version, "SETNAME", "me");
            Assert.Equal(their.Kind, our.Kind);
            Assert.Equal(their.Without("id").ToString(), our.Without("id").ToString());
            Assert.True(our["id"]!.Integer > 0);
            Assert.Equal(theirs.Call("CLIENT", "GETNAME").ToString(), ours.Call("CLIENT", "GETNAME").ToString());
            Assert.Equal(theirs.Call("GET", "nosuch").ToString(), ours.Call("GET", "nosuch").ToString());
            Assert.Equal(theirs.Call("HELLO").Without("id").ToString(), ours.Call("HELLO").Without("id").ToString());
            Assert.Equal(theirs.Call("RESET").ToString(), ours.Call("RESET").ToString());
            Assert.Equal(theirs.Call("GET", "nosuch").ToString(), ours.Call("GET", "nosuch").ToString());
        }
    }

    [RedisFact]
    public void Client_list_has_the_fields_of_redis()
    {
        using RespClient theirs = redis.Connect(), ours = pkv.Connect();
        Assert.Equal(Fields(theirs.Call("CLIENT", "INFO").Text), Fields(ours.Call("CLIENT", "INFO").Text));
        ours.Call("HELLO", "3");
        Assert.Equal('=', ours.Call("CLIENT", "LIST").Kind);

        static string Fields(string line) => string.Join(' ', line.Trim().Split(' ').Select(f => f.Split('=')[0]));
    }

    // Replies that are switched off must be missing in the same places: what follows tells.
    [RedisFact]
    public void Silenced_replies_are_the_same()
    {
        string[][] scripts =
        [
            ["CLIENT|REPLY|OFF", "PING", "CLIENT|REPLY|ON", "ECHO|1"],
            ["CLIENT|REPLY|SKIP", "PING", "ECHO|2"],
            ["CLIENT|REPLY|SKIP", "CLIENT|REPLY|SKIP", "PING", "ECHO|3"],
            ["CLIENT|REPLY|SKIP", "CLIENT|REPLY|ON", "ECHO|4"],
            ["CLIENT|REPLY|SKIP", "CLIENT|REPLY|nosuch", "ECHO|5"],
            ["CLIENT|REPLY|SKIP", "nosuch", "ECHO|6"],
            ["CLIENT|REPLY|OFF", "CLIENT|REPLY|SKIP", "PING", "ECHO|x", "CLIENT|REPLY|ON", "ECHO|7"],
            ["CLIENT|REPLY|OFF", "RESET", "ECHO|8"],
        ];
        foreach (string[] script in scripts)
        {
            using RespClient theirs = redis.Connect(), ours = pkv.Connect();
            Assert.Equal(Transcript(theirs, script), Transcript(ours, script));
        }

        static string Transcript(RespClient client, string[] script)
        {
            foreach (string line in script)
                client.Send(line.Split('|'));
            client.Send("ECHO", "end");
            List<string> replies = [];
            while (replies.Count == 0 || replies[^1] != "$end")
                replies.Add(client.Read().ToString());
            return $"{string.Join(", ", script)}: {string.Join(", ", replies)}";
        }
    }

    private static void Compare(RespClient theirs, RespClient ours, string script)
    {
        foreach (string line in script.Split('\n'))
        {
            string[] command = [.. line.TrimEnd('\r').Split('|').Select(a => a.Replace('~', '\n'))];
            Assert.Equal($"{line}: {Without(theirs.Call(command))}", $"{line}: {Without(ours.Call(command))}");
        }
    }

    private static string Without(RespNode reply) => reply.Items.Count > 10 ? reply.Without("id").ToString() : reply.ToString();
}
