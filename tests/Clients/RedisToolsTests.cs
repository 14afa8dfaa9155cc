using System.Diagnostics;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>redis-cli and redis-benchmark as anybody would first try them.</summary>
public sealed class RedisToolsTests(PkvServer server) : IClassFixture<PkvServer>
{
    [RedisFact]
    public void Redis_cli_from_its_arguments_and_from_a_pipe()
    {
        Assert.Equal("OK\n", Run("redis-cli", null, "SET", "cli key", "a \"value\""));
        Assert.Equal("a \"value\"\n", Run("redis-cli", null, "GET", "cli key"));
        Assert.Equal("\"a \\\"value\\\"\"\n", Run("redis-cli", null, "--no-raw", "GET", "cli key"));
        Assert.Equal("(nil)\n", Run("redis-cli", null, "--no-raw", "GET", "cli none"));
        Assert.Equal("OK\n1\nERR unknown command 'NOSUCH', with args beginning with: 'x' \n\n", Run("redis-cli", "SET piped 1\nGET piped\nNOSUCH x\n"));
        Assert.Equal("PONG\n", Run("redis-cli", null, "-3", "PING"));
    }

    [RedisFact]
    public void Redis_cli_mass_insertion()
    {
        string commands = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"*3\r\n$3\r\nSET\r\n$9\r\nmass{i:d5}\r\n$4\r\nv{i % 1000:d3}\r\n"));
        Assert.Contains("errors: 0, replies: 20000", Run("redis-cli", commands, "--pipe"));
        Assert.Equal("v999\n", Run("redis-cli", null, "GET", "mass19999"));
    }

    [RedisFact]
    public void Redis_benchmark()
    {
        string output = Run("redis-benchmark", null, "-q", "-n", "20000", "-P", "16", "-c", "20", "-t", "ping,set,get,incr,mset", "-d", "100");
        foreach (string test in (string[])["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET (10 keys)"])
            Assert.Contains($"{test}: ", output.Replace('\r', '\n'));
        Assert.DoesNotContain("rror", output);
    }

    private string Run(string program, string? input, params string[] arguments)
    {
        ProcessStartInfo start = new(program, ["-h", "127.0.0.1", "-p", $"{server.Port}", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = Task.Run(process.StandardError.ReadToEnd);
        process.StandardInput.Write(input ?? "");
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(60_000), $"{program} does not end");
        return output;
    }
}
