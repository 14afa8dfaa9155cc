using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Bench;

/// <summary>What pkv-bench says of itself, and to a command line that is wrong.</summary>
public sealed class BenchUsageTests
{
    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("set", "--help")]
    [InlineData("cleaning", "--rounds", "2", "-h")]
    public void Help_names_every_verb(params string[] question)
    {
        ProgramRun run = ProgramRun.Of("pkv-bench", question);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.StartsWith("usage: pkv-bench set|get|mixed|all ", run.Out);
        foreach (string verb in new[] { "types", "scripts", "media", "disk", "cleaning", "memory", "stalls", "echo", "faults", "zio-redis", "paper" })
            Assert.Contains($"\n       pkv-bench {verb} ", run.Out);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        ProgramRun run = ProgramRun.Of("pkv-bench", "--version");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Matches(@"^pkv-bench \d+\.\d+\.\d+\S*\n$", run.Out);
    }

    [Theory]
    [InlineData("unknown verb 'walk'", "walk")]
    [InlineData("unknown option --nonsense", "set", "--nonsense", "1")]
    [InlineData("'stray' is not an option", "memory", "stray")]
    [InlineData("--rounds needs a value", "disk", "--rounds")]
    [InlineData("'many' is not a number or size", "cleaning", "--rounds", "many")]
    [InlineData("'99g' is too large", "memory", "--hashes", "99g")]
    [InlineData("'9999999999g' is too large", "disk", "--volume", "9999999999g")]
    [InlineData("--seconds: '1e300' is not a number of seconds (up to 86400)", "media", "--seconds", "1e300")]
    public void Wrong_use_is_one_line_and_exit_code_2(string line, params string[] arguments)
    {
        ProgramRun run = ProgramRun.Of("pkv-bench", arguments);
        Assert.Equal((2, "", $"pkv-bench: {line}\n"), (run.Code, run.Out, run.Error));
    }
}
