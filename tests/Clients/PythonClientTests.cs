using Pkv.Tests.House;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>redis-py in the scenarios of its script.</summary>
public sealed class PythonClientTests(PkvServer server) : IClassFixture<PkvServer>
{
    private const string Script = "redis_py.py";

    public static TheoryData<string> Scenarios => [.. ClientScript.Scenarios];

    [ScriptTheory(ScriptLanguage.Python)]
    [MemberData(nameof(Scenarios))]
    public void A_scenario_holds(string scenario) => Assert.Equal($"redis-py {scenario}: ok\n", Run(server.Port, scenario));

    [ScriptTheory(ScriptLanguage.Python, needsRedis: true)]
    [InlineData("redis-py")]
    public void All_scenarios_hold_on_Redis(string client)
    {
        using ReferenceRedis redis = new();
        redis.Connect().Dispose();
        Assert.Equal(string.Concat(ClientScript.Scenarios.Select(scenario => $"{client} {scenario}: ok\n")), Run(redis.Port));
    }

    private static string Run(int port, params string[] scenarios)
    {
        ClientScript.Require(ScriptLanguage.Python);
        return ClientScript.Run(Path.Combine(Repository.Root, "tests", "Clients", "python"), ClientScript.Python!, [Script, $"{port}", .. scenarios]);
    }
}
