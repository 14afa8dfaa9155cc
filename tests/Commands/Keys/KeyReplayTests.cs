using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Commands.Keys;

/// <summary>What the generic commands did is there again after a restart, orderly or by SIGKILL.</summary>
public sealed class KeyReplayTests
{
    private const string Far = "4000000000000";

    private static readonly string[] Commands =
    [
        "SET renamed v1|RENAME renamed target",
        "SET over old PXAT 4000000000000|SET src new|RENAME src over",
        "SET timed v PXAT 4000000000000|RENAMENX timed timed2",
        "SET c1 v PXAT 4000000000000|COPY c1 c2|COPY c1 c3 DB 3",
        "SET m1 v PXAT 4000000000000|MOVE m1 4",
        "SET e1 v|PEXPIREAT e1 4000000000000|SET e2 v PXAT 4000000000000|PERSIST e2",
        "SET past v|EXPIRE past 0",
        "SET d1 v|DEL d1|SET d2 v|UNLINK d2",
        "SELECT 5|SET s five|SWAPDB 5 6|SET s after",
        "SELECT 7|SET f v|FLUSHDB|SET g v",
        "SELECT 0|MULTI|SET x1 v|RENAME x1 x2|MOVE x2 8|SWAPDB 8 9|COPY c1 x3 DB 9|EXEC",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Effects_survive(bool kill)
    {
        using PkvServer server = kill ? PkvServer.Child() : PkvServer.InProcess();
        Dictionary<string, string> before;
        using (RespClient client = server.Connect())
        {
            foreach (string line in Commands)
            {
                foreach (string command in line.Split('|'))
                    Assert.False(client.Call(command.Split(' ')) is { IsError: true } e, $"{command}");
            }
            before = State(client);
        }
        Assert.Equal("v after:-1", string.Join(' ', "v", before["5/s"]));
        Assert.Equal($"v:{Far}", before["4/m1"]);
        Assert.Equal("new:-1", before["0/over"]);
        Assert.Equal($"v:{Far}", before["0/timed2"]);
        Assert.Equal("v:-1", before["9/x2"]);
        Assert.Equal($"v:{Far}", before["9/x3"]);
        if (kill)
        {
            server.Kill();
            server.Start();
        }
        else
            server.Restart();
        using RespClient again = server.Connect();
        Assert.Equal(before, State(again));
        Assert.Equal(before.Keys.Count(k => k.StartsWith("0/", StringComparison.Ordinal)), again.Call("DBSIZE").Integer);
    }

    // Every key of every database, with its value and expiry time.
    internal static Dictionary<string, string> State(RespClient client, int databases = 16)
    {
        var state = new Dictionary<string, string>();
        for (int database = 0; database < databases; database++)
        {
            client.Call("SELECT", $"{database}");
            RespNode keys = client.Call("KEYS", "*");
            foreach (RespNode key in keys.Items)
                state[$"{database}/{key.Text}"] = $"{client.Call("GET", key.Text).Text}:{client.Call("PEXPIRETIME", key.Text).Integer}";
        }
        client.Call("SELECT", "0");
        return state;
    }
}
