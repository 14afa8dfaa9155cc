using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>ioredis and node-redis, each in the scenarios of its script.</summary>
public sealed class NodeClientTests(PkvServer server, NodeClients clients) : IClassFixture<PkvServer>, IClassFixture<NodeClients>
{
    public static TheoryData<string, string> Runs
    {
        get
        {
            TheoryData<string, string> runs = [];
            foreach (string client in (string[])["ioredis", "node-redis"])
            {
                foreach (string scenario in ClientScript.Scenarios)
                    runs.Add(client, scenario);
            }

            return runs;
        }
    }

    [ScriptTheory(ScriptLanguage.Node)]
    [MemberData(nameof(Runs))]
    public void A_scenario_holds(string client, string scenario) =>
        Assert.Equal($"{client} {scenario}: ok\n", ClientScript.Run(clients.Folder, "node", $"{client}.mjs", $"{server.Port}", scenario));

    [ScriptTheory(ScriptLanguage.Node, needsRedis: true)]
    [InlineData("ioredis")]
    [InlineData("node-redis")]
    public void All_scenarios_hold_on_Redis(string client)
    {
        using ReferenceRedis redis = new();
        redis.Connect().Dispose();
        string wanted = string.Concat(ClientScript.Scenarios.Select(scenario => $"{client} {scenario}: ok\n"));
        Assert.Equal(wanted, ClientScript.Run(clients.Folder, "node", $"{client}.mjs", $"{redis.Port}"));
    }
}
