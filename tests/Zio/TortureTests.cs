using Pkv.Tests.Support;
using Xunit;
using Xunit.Sdk;

namespace Pkv.Tests.Zio;

/// <summary>
/// Under libzio a program sees what it sees without it: the torture program (tests/Zio/torture) does to received data all
/// that a program may do, drawn from a seed, and prints checksums of everything it saw.
/// </summary>
[Collection("Crash")]
public sealed class TortureTests(ZioTools tools) : IClassFixture<ZioTools>
{
    private const string Vault = "vault", Published = "published";
    private const int ShortSteps = 250, ShortRounds = 60, LongSteps = 2500, LongRounds = 500, LongSeeds = 4;

    [ZioTheory]
    [InlineData(Vault, "mix", 1, ShortSteps)]
    [InlineData(Vault, "mix", 2, ShortSteps)]
    [InlineData(Vault, "signals", 3, ShortSteps)]
    [InlineData(Vault, "threads", 4, ShortSteps)]
    [InlineData(Vault, "shared", 5, ShortRounds)]
    [InlineData(Published, "mix", 1, ShortSteps)]
    [InlineData(Published, "mix", 2, ShortSteps)]
    [InlineData(Published, "signals", 3, ShortSteps)]
    [InlineData(Published, "threads", 4, ShortSteps)]
    [InlineData(Published, "shared", 5, ShortRounds)]
    public void A_program_sees_the_same(string engine, string scenario, int seed, int steps) =>
        Compare(scenario, seed, steps, ("ZIO_ENGINE", engine));

    [ZioTheory]
    [Trait("Category", "Long")]
    [InlineData(Vault, "mix", LongSteps)]
    [InlineData(Vault, "signals", LongSteps)]
    [InlineData(Vault, "threads", LongSteps)]
    [InlineData(Vault, "shared", LongRounds)]
    [InlineData(Published, "mix", LongSteps)]
    [InlineData(Published, "signals", LongSteps)]
    [InlineData(Published, "threads", LongSteps)]
    [InlineData(Published, "shared", LongRounds)]
    public void A_program_sees_the_same_for_long(string engine, string scenario, int steps)
    {
        for (int seed = 100; seed < 100 + LongRun.Part(LongSeeds); seed++)
            Compare(scenario, seed, steps, ("ZIO_ENGINE", engine));
    }

    [ZioTheory]
    [InlineData(Vault, "ZIO_THRESHOLD", "4096")]
    [InlineData(Vault, "ZIO_VAULT_MAX", "1048576")]
    [InlineData(Vault, "ZIO_BACKOFF", "on")]
    [InlineData(Published, "ZIO_THRESHOLD", "4096")]
    [InlineData(Published, "ZIO_BACKOFF", "on")]
    public void It_does_so_however_the_library_is_set(string engine, string name, string value) =>
        Compare("mix", 6, ShortSteps, ("ZIO_ENGINE", engine), (name, value));

    [ZioFact]
    public void The_torture_finds_out_every_library_that_is_wrong()
    {
        for (int defect = 1; defect <= ZioTools.Defects; defect++)
        {
            bool isFound = false;
            for (int seed = 1; seed <= 3 && !isFound; seed++)
            {
                string[] arguments = [$"{seed}", $"{ShortSteps}", "mix"];
                ZioRun plain = Plain(arguments), broken = ZioRun.Of(tools.Torture, arguments, [("LD_PRELOAD", tools.Broken(defect))]);
                isFound = plain.Output != broken.Output;
            }
            Assert.True(isFound, $"a library with defect {defect} passes for a right one");
        }
    }

    [ZioFact]
    public void The_same_seed_gives_the_same_output_whatever_the_kernel_moves_at_a_time()
    {
        foreach (string scenario in (string[])["mix", "signals", "threads", "shared"])
        {
            string[] arguments = ["9", "100", scenario];
            Assert.Equal(Plain(arguments).Output, Plain(arguments).Output);
        }
    }

    private void Compare(string scenario, int seed, int steps, params (string Name, string Value)[] variables)
    {
        string[] arguments = [$"{seed}", $"{steps}", scenario];
        ZioRun plain = Plain(arguments), preloaded = ZioRun.Preloaded(tools.Torture, arguments, variables);
        string settings = string.Join(' ', variables.Select(v => $"{v.Name}={v.Value}"));
        string command = $"gcc -O2 -pthread -o torture tests/Zio/torture/*.c; LD_PRELOAD=zio/out/libzio.so ZIO_BACKOFF=off {settings} ./torture {string.Join(' ', arguments)} 1";
        if (preloaded.ExitCode != 0 || preloaded.Output != plain.Output)
        {
            string end = preloaded.ExitCode == -1 ? "it hangs" : $"exit code {preloaded.ExitCode}";
            throw new XunitException($"under libzio: {end}, first different line: {FirstDifference(plain.Output, preloaded.Output)}\nrepeat with: {command}\n{preloaded.Errors}");
        }
        // Nothing elided, nothing proved.
        Assert.True(preloaded.Counters.GetValueOrDefault("copies_elided") > 0, $"no copy was elided: {command}\n{preloaded.Errors}");
    }

    private ZioRun Plain(string[] arguments)
    {
        ZioRun run = ZioRun.Of(tools.Torture, arguments, []);
        Assert.True(run.ExitCode == 0, $"without libzio: torture {string.Join(' ', arguments)} ends with {run.ExitCode}\n{run.Errors}");
        return run;
    }

    private static string FirstDifference(string expected, string actual)
    {
        string[] lines = expected.Split('\n'), others = actual.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (i >= others.Length || lines[i] != others[i])
                return $"\"{lines[i]}\" is \"{(i < others.Length ? others[i] : "missing")}\"";
        }
        return "more lines than there should be";
    }
}
