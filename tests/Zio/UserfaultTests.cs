using Pkv.Bench.Faults;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>What libzio's way of answering page faults rests on, as this kernel does it; and that what is measured beside it works.</summary>
public sealed class UserfaultTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pkv-faults-");

    public void Dispose() => _folder.Delete(recursive: true);

    [ZioFact]
    public void The_kernel_itself_waits_for_the_handler_thread_and_fails_without_one()
    {
        IReadOnlyDictionary<string, string> facts = FaultProgram.Build(_folder.FullName).Facts();
        Assert.Equal(("ok", "ok"), (facts["handler-write"], facts["handler-read"]));
        Assert.Equal(("EFAULT", "EFAULT"), (facts["sigbus-write"], facts["sigbus-read"]));
        Assert.Equal(("ok", "killed SIGBUS"), (facts["sigbus-touch"], facts["sigbus-blocked"]));
        Assert.Equal(("ok", "EINVAL"), (facts["copy-unaligned"], facts["continue-private"]));
        if (facts.ContainsKey("move-aligned"))
            Assert.Equal(("ok", "EINVAL", "EBUSY"), (facts["move-aligned"], facts["move-unaligned"], facts["move-shared"]));
    }

    [ZioFact]
    public void Every_way_brings_every_page_its_own_content()
    {
        FaultProgram program = FaultProgram.Build(_folder.FullName);
        foreach (FaultWay way in FaultWay.All(Environment.ProcessorCount))
            foreach (int pages in (int[])[1, 3, 130])
            {
                // Throws when a page has another's content.
                FaultResult? result = program.Measure(way, pages, times: 3);
                Assert.True(result is null or { WallNs: > 0 });
            }
    }
}
