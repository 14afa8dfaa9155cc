using Pkv.Tests.House;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>
/// Programs that send scripts, each in a scenario that checks what it came to: job queues (Bee-Queue, Bull, BullMQ, Celery, Sidekiq), locks (Redlock,
/// redis-py), rate limiters, sessions. Also on a Redis, which proves the scenario.
/// </summary>
public sealed class ProgramTests(PkvServer server, NodeClients clients) : IClassFixture<PkvServer>, IClassFixture<NodeClients>
{
    private static readonly string[] _node = ["beequeue", "bull", "bullmq", "redlock", "limiter", "sessions"];
    private static readonly string[] _python = ["lock", "script"];

    public static TheoryData<string> NodePrograms => [.. _node];

    public static TheoryData<string> PythonPrograms => [.. _python];

    [ScriptTheory(ScriptLanguage.Node)]
    [MemberData(nameof(NodePrograms))]
    public void A_program_of_npm_does_what_it_promises(string program) => Assert.Equal($"programs {program}: ok\n", RunNode(server.Port, program));

    [ScriptTheory(ScriptLanguage.Python)]
    [MemberData(nameof(PythonPrograms))]
    public void What_redis_py_builds_on_scripts_holds(string scenario) => Assert.Equal($"redis-py {scenario}: ok\n", RunPython(server.Port, scenario));

    [ScriptTheory(ScriptLanguage.Sidekiq)]
    [InlineData("sidekiq")]
    public void A_sidekiq_worker_does_each_job_once(string worker) => Assert.StartsWith($"{worker} worker: ok\n", RunSidekiq(server.Port), StringComparison.Ordinal);

    [ScriptTheory(ScriptLanguage.Celery)]
    [InlineData("celery")]
    public void A_celery_worker_does_each_task_once(string worker) => Assert.StartsWith($"{worker} worker: ok\n", RunCelery(server.Port), StringComparison.Ordinal);

    [ScriptTheory(ScriptLanguage.Node, needsRedis: true)]
    [InlineData("programs")]
    public void All_programs_of_npm_hold_on_Redis(string client)
    {
        using ReferenceRedis redis = Started();
        Assert.Equal(string.Concat(_node.Select(program => $"{client} {program}: ok\n")), RunNode(redis.Port));
    }

    [ScriptTheory(ScriptLanguage.Python, needsRedis: true)]
    [InlineData("redis-py")]
    public void All_that_redis_py_builds_on_scripts_holds_on_Redis(string client)
    {
        using ReferenceRedis redis = Started();
        Assert.Equal(string.Concat(_python.Select(scenario => $"{client} {scenario}: ok\n")), RunPython(redis.Port));
    }

    [ScriptTheory(ScriptLanguage.Sidekiq, needsRedis: true)]
    [InlineData("sidekiq")]
    public void A_sidekiq_worker_does_each_job_once_on_Redis(string worker)
    {
        using ReferenceRedis redis = Started();
        Assert.StartsWith($"{worker} worker: ok\n", RunSidekiq(redis.Port), StringComparison.Ordinal);
    }

    [ScriptTheory(ScriptLanguage.Celery, needsRedis: true)]
    [InlineData("celery")]
    public void A_celery_worker_does_each_task_once_on_Redis(string worker)
    {
        using ReferenceRedis redis = Started();
        Assert.StartsWith($"{worker} worker: ok\n", RunCelery(redis.Port), StringComparison.Ordinal);
    }

    private static ReferenceRedis Started()
    {
        ReferenceRedis redis = new();
        redis.Connect().Dispose();
        return redis;
    }

    private string RunNode(int port, params string[] programs) => ClientScript.Run(clients.Folder, "node", ["programs.mjs", $"{port}", .. programs]);

    private static string RunPython(int port, params string[] scenarios)
    {
        ClientScript.Require(ScriptLanguage.Python);
        return ClientScript.Run(Folder("python"), ClientScript.Python!, ["-B", "redis_py_scripts.py", $"{port}", .. scenarios]);
    }

    private static string RunCelery(int port)
    {
        ClientScript.Require(ScriptLanguage.Celery);
        return ClientScript.Run(Folder("python"), ClientScript.Celery!, "celery_worker.py", $"{port}");
    }

    private static string RunSidekiq(int port)
    {
        ClientScript.Require(ScriptLanguage.Sidekiq);
        return ClientScript.Run(Folder("ruby"), ClientScript.Ruby!, "sidekiq.rb", $"{port}");
    }

    private static string Folder(string language) => Path.Combine(Repository.Root, "tests", "Clients", language);
}
