using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>
/// io_uring carries on with a program's requests in the program's thread at any instruction of it, also while that is in libzio's core with
/// the lock: what such a request touches must be brought back without the lock.
/// </summary>
[Collection("Crash")]
public sealed class RingTests(ZioTools tools) : IClassFixture<ZioTools>
{
    private const int Messages = 500;

    /// <summary>Microseconds: so long that a socket's other end has its turn while the lock is held.</summary>
    private const int Linger = 300;

    [ZioTheory]
    [InlineData("vault")]
    [InlineData("published")]
    public void Requests_that_go_on_while_their_thread_holds_the_lock_are_served(string engine)
    {
        ZioRun plain = ZioRun.Of(tools.Rings, [$"{Messages}"], []);
        Assert.Equal(0, plain.ExitCode);
        ZioRun preloaded = ZioRun.Preloaded(tools.Rings, [$"{Messages}"], ("ZIO_ENGINE", engine), ("ZIO_LINGER", $"{Linger}"));
        Assert.Equal((0, plain.Output), (preloaded.ExitCode, preloaded.Output));
        if (!plain.Output.StartsWith("no io_uring", StringComparison.Ordinal))
            Assert.True(preloaded.Counters["faults_of_holder"] > 0, "no request was at it while its thread held the lock");
    }

    [ZioTheory]
    [InlineData("vault")]
    [InlineData("published")]
    public void Requests_are_served_at_full_speed(string engine)
    {
        ZioRun plain = ZioRun.Of(tools.Rings, [$"{Messages}"], []), preloaded = ZioRun.Preloaded(tools.Rings, [$"{Messages}"], ("ZIO_ENGINE", engine));
        Assert.Equal((0, plain.Output), (preloaded.ExitCode, preloaded.Output));
    }
}
