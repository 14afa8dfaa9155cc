using System.Globalization;
using Pkv.Server.Configuration;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Configuration;

/// <summary>CONFIG of every directive that redis-server 7.0 has, against the real one: known, with its default, and with its checks.</summary>
public sealed class RedisConfigTests(ReferenceRedis redis, PkvServer pkv) : IClassFixture<ReferenceRedis>, IClassFixture<PkvServer>
{
    // Other defaults, for reasons that the configuration page gives; or those of the reference's and this server's own start.
    private static readonly string[] s_otherDefaults = ["appendonly", "bind", "dir", "io-threads", "port", "pidfile", "save", "logfile", "maxclients"];

    // What is refused here for what it is: the log cannot be turned off, nothing is saved, no port opens, no file limit rises.
    private static readonly string[] s_otherChecks =
        ["appendonly", "bind", "port", "save", "maxclients", "activedefrag", "proc-title-template", "dir", "dbfilename", "cluster-link-sendbuf-limit", "maxmemory-clients", "hz"];

    [RedisFact]
    public void Every_directive_is_known_with_its_default()
    {
        IReadOnlyList<RespNode> all = redis.Call("CONFIG", "GET", "*").Items;
        Assert.True(all.Count > 300);
        using RespClient ours = pkv.Connect();
        List<string> differences = [];
        foreach (string name in all.Where((_, i) => i % 2 == 0).Select(n => n.Text).Except(s_otherDefaults))
        {
            string theirs = Text(redis.Call("CONFIG", "GET", name)), our = Text(ours.Call("CONFIG", "GET", name));
            if (theirs != our)
                differences.Add($"{name}: redis {theirs}, pkv {our}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [RedisFact]
    public void What_config_set_refuses_is_what_redis_refuses()
    {
        using RespClient ours = pkv.Connect();
        List<string> differences = [];
        foreach (string name in redis.Call("CONFIG", "GET", "*").Items.Where((_, i) => i % 2 == 0).Select(n => n.Text).Except(s_otherChecks))
        {
            string shown = redis.Call("CONFIG", "GET", name).Items[1].Text;
            // A size above 2^64 is a number out of range there and no size here.
            string[] large = ConfigTable.Find(name)!.Kind == ConfigKind.Memory ? [] : ["99999999999999999999"];
            foreach (string value in (string[])[shown, "foo", "-1", "1 2 3 4 5", .. large, .. Limits(name)])
            {
                string theirs = redis.Call("CONFIG", "SET", name, value).ToString();
                // What redis takes is not tried: it may be what cannot be supported, or the server's own password.
                if (theirs == "+OK")
                    redis.Call("CONFIG", "SET", name, shown);
                else if (ours.Call("CONFIG", "SET", name, value).ToString() is var our && our != theirs)
                    differences.Add($"{name} {value}: redis {theirs}, pkv {our}");
            }
            if (ours.Call("CONFIG", "GET", name).Items.Count == 2 && redis.Call("CONFIG", "SET", name, shown).ToString() == "+OK")
                Assert.Equal($"{name} +OK", $"{name} {ours.Call("CONFIG", "SET", name, shown)}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));

        static string[] Limits(string name) => name.Contains("port", StringComparison.Ordinal) ? ["65536"] : [int.MaxValue.ToString(CultureInfo.InvariantCulture) + "0"];
    }

    // Of a map or, in RESP2, an array.
    private static string Text(RespNode reply) => string.Join(' ', reply.Items);
}
