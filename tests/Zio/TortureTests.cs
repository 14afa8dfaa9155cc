using Pkv.Tests.Crash;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>
/// The torture program (tests/Zio/torture) does to received data all that a program may do, drawn from a seed, and prints
/// checksums of everything it saw: always the same, unless a library that it runs under is wrong.
/// </summary>
[Collection(nameof(CrashCollection))]
public sealed class TortureTests(ZioTools tools) : IClassFixture<ZioTools>
{
    private const int ShortSteps = 250;

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

    private ZioRun Plain(string[] arguments)
    {
        ZioRun run = ZioRun.Of(tools.Torture, arguments, []);
        Assert.True(run.ExitCode == 0, $"without libzio: torture {string.Join(' ', arguments)} ends with {run.ExitCode}\n{run.Errors}");
        return run;
    }
}
