using Xunit;
using Xunit.Sdk;

namespace Pkv.Tests.Zio;

/// <summary>
/// Threads that are new to libzio, or at their end, and forks among them, with libc's allocator and with one that unmaps through the
/// library and uses registered memory again: a program that comes to its end has not waited for itself.
/// </summary>
[Collection("Crash")]
public sealed class ThreadTests(ZioTools tools) : IClassFixture<ZioTools>
{
    private const int Steps = 250;

    [ZioTheory]
    [InlineData("destructor")]
    [InlineData("stranger")]
    [InlineData("prefork")]
    [InlineData("descend")]
    public void Threads_see_the_same_at_every_time_of_their_lives(string scenario) => Compare(tools.Threads, ZioTools.Library, scenario);

    [ZioTheory(needsJemalloc: true)]
    [InlineData("destructor")]
    [InlineData("stranger")]
    [InlineData("prefork")]
    [InlineData("descend")]
    public void They_do_so_with_jemalloc(string scenario) => Compare(tools.Threads, WithJemalloc(), scenario);

    [ZioTheory(needsJemalloc: true)]
    [InlineData("mix", 11)]
    [InlineData("threads", 12)]
    public void The_torture_is_the_same_with_jemalloc(string scenario, int seed) => Compare(tools.Torture, WithJemalloc(), $"{seed}", $"{Steps}", scenario);

    [ZioFact]
    public void Another_threads_stack_is_never_taken()
    {
        ZioRun plain = ZioRun.Of(tools.Threads, ["stacks"], []), preloaded = ZioRun.Preloaded(tools.Threads, ["stacks"]);
        Assert.Equal((0, plain.Output), (preloaded.ExitCode, preloaded.Output));
        Assert.InRange(preloaded.Counters["bytes_to_vault"], 1, long.MaxValue);
        Assert.Equal(0, preloaded.Counters["copies_elided"]);
    }

    private static string WithJemalloc() => $"{ZioTools.Library}:{ZioTools.Jemalloc ?? throw new XunitException("libjemalloc.so.2 is not installed")}";

    private static void Compare(string program, string libraries, params string[] arguments)
    {
        ZioRun plain = ZioRun.Of(program, arguments, []);
        foreach (string engine in (string[])["vault", "published"])
        {
            ZioRun preloaded = ZioRun.Preloaded(program, arguments, ("LD_PRELOAD", libraries), ("ZIO_ENGINE", engine));
            Assert.Equal((0, plain.Output), (plain.ExitCode, preloaded.Output));
            Assert.True(preloaded.ExitCode == 0, preloaded.Errors);
            Assert.InRange(preloaded.Counters["copies_elided"], 1, long.MaxValue);
        }
    }
}
