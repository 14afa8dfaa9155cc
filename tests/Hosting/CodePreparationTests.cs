using System.Globalization;
using Pkv.Server.Hosting;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Hosting;

/// <summary>A server compiles its functions when it has started, not when the first client comes that needs them.</summary>
public sealed class CodePreparationTests : IDisposable
{
    // Functions of the runtime's generic types, for types of the server, are left to their first use.
    private const long FewFunctions = 60;

    private readonly string _folder = Directory.CreateTempSubdirectory("pkv-code-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Commands_used_for_the_first_time_need_little_compiling()
    {
        int port = FreePort.Next();
        using ServerRun run = new("true", $"--port {port} --bind 127.0.0.1 --medium file --pool {_folder}/p.pool --pool-size 64mb");
        using RespClient client = run.Connect(port);
        Assert.True(SpinWait.SpinUntil(() => Info(client, "code_prepared") == "yes", TimeSpan.FromMinutes(3)));
        long before = Compiled(client);
        Assert.InRange(before, 3000, long.MaxValue);
        client.Call("ZADD", "scores", "1", "a", "2", "b");
        client.Call("ZUNIONSTORE", "union", "2", "scores", "scores");
        client.Call("RPUSH", "list", "3", "1", "2");
        client.Call("SORT", "list", "BY", "w_*", "GET", "#");
        client.Call("HSET", "hash", "f", "v");
        client.Call("HRANDFIELD", "hash", "-5", "WITHVALUES");
        client.Call("MULTI");
        client.Call("BITFIELD", "bits", "SET", "u8", "0", "255");
        client.Call("EXEC");
        Assert.InRange(Compiled(client) - before, 0, FewFunctions);
    }

    [Fact]
    public void A_function_that_cannot_be_compiled_here_is_left_alone()
    {
        // No function of a delegate's own can; as one of a library that is not installed.
        Assert.False(CodePreparation.TryPrepare(typeof(Action).GetMethod(nameof(Action.BeginInvoke))!));
        Assert.True(CodePreparation.TryPrepare(typeof(CodePreparation).GetMethod(nameof(CodePreparation.Run))!));
    }

    private static long Compiled(RespClient client) => long.Parse(Info(client, "compiled_functions"), CultureInfo.InvariantCulture);

    private static string Info(RespClient client, string field)
    {
        string text = client.Call("INFO", "server").Text;
        int start = text.IndexOf($"\r\n{field}:", StringComparison.Ordinal) + field.Length + 3;
        return text[start..text.IndexOf('\r', start)];
    }
}
