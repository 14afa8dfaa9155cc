using System.Diagnostics;
using System.Globalization;
using Pkv.Bench.Echo;
using Xunit;

namespace Pkv.Tests.Zio;

/// <summary>What libzio says and holds: its modes, its counters, its bound, and that it steps aside where the kernel refuses it.</summary>
[Collection("Crash")]
public sealed class LibraryTests(ZioTools tools) : IClassFixture<ZioTools>
{
    private const int Size = 64 << 10, Copies = 5, Messages = 40;

    [ZioFact]
    public void Count_counts_every_copy_and_leaves_it()
    {
        ZioRun run = Echo(("ZIO_MODE", "count"));
        Assert.Equal(0, run.Counters["copies_elided"]);
        Assert.Equal(Copies * Messages, run.Counters["copies_done"]);
        Assert.Equal((long)Copies * Messages * Size, run.Counters["bytes_copied"]);
    }

    [ZioTheory]
    [InlineData("vault")]
    [InlineData("published")]
    public void On_elides_most_of_the_same_copies_and_sends_from_where_the_bytes_are(string engine)
    {
        ZioRun run = Echo(("ZIO_MODE", "on"), ("ZIO_ENGINE", engine));
        Assert.True(run.Counters["copies_elided"] > Copies * Messages / 2, run.Errors);
        Assert.True(run.Counters["bytes_from_vault"] > (long)Messages * Size / 2, run.Errors);
    }

    [ZioFact]
    public void As_published_a_message_is_handed_over_once_however_many_copies_of_it_were_elided()
    {
        ZioRun run = Echo(("ZIO_ENGINE", "published"), ("ZIO_BACKOFF", "off"));
        Assert.True(run.Counters["copies_elided"] > Copies * Messages / 2, run.Errors);
        Assert.InRange(run.Counters["pages_handed_over"], 1, Messages * Size / 4096);
        Assert.Equal(0, run.Counters["vault_bytes_peak"]);
    }

    [ZioFact]
    public void As_published_a_site_whose_messages_are_always_handed_over_is_left_alone()
    {
        ZioRun run = Echo(new EchoCell(Size, Copies: 1, Touches: 0), messages: 400, ("ZIO_ENGINE", "published"));
        Assert.InRange(run.Counters["sites_suspended"], 1, long.MaxValue);
        Assert.True(run.Counters["copies_done"] > run.Counters["copies_elided"], run.Errors);
    }

    [ZioFact]
    public void Off_does_nothing_and_without_stats_nothing_is_said()
    {
        Assert.Equal(0, Echo(("ZIO_MODE", "off")).Counters.GetValueOrDefault("copies_elided"));
        Assert.Equal("", Echo(("ZIO_MODE", "on"), ("ZIO_STATS", "0")).Errors);
    }

    [ZioFact]
    public void Copies_below_the_threshold_are_made()
    {
        ZioRun run = Echo(("ZIO_MODE", "on"), ("ZIO_THRESHOLD", $"{Size + 1}"));
        Assert.Equal(0, run.Counters["copies_elided"]);
    }

    [ZioFact]
    public void Where_userfaultfd_is_refused_it_says_so_once_and_changes_nothing()
    {
        string[] arguments = ["1", "60", "shared"];
        ZioRun plain = ZioRun.Of(tools.Torture, arguments, []);
        ZioRun refused = ZioRun.Preloaded(tools.Refuse, [tools.Torture, .. arguments]);
        Assert.Equal(plain.Output, refused.Output);
        Assert.Equal(0, refused.ExitCode);
        Assert.Equal(0, refused.Counters["copies_elided"]);
        Assert.Single(refused.Errors.Split('\n'), line => line.Contains("userfaultfd", StringComparison.Ordinal));
    }

    [ZioFact]
    public void Pages_that_are_always_touched_fault_once_and_stay_the_programs()
    {
        const int Touches = 3;
        ZioRun run = Echo(new EchoCell(Size, Copies, Touches), Messages);
        Assert.True(run.Counters["bytes_elided"] > (long)Copies * Messages * Size / 2, run.Errors);
        // Another one for the first message, which comes before there is an engine.
        Assert.InRange(run.Counters["faults"], 1, Touches + 1);
    }

    [ZioFact]
    public void The_handler_keeps_to_the_core_of_the_thread_that_receives_until_another_receives_or_touches()
    {
        ZioRun run = ZioRun.Preloaded(tools.Follow, ["200"]);
        string[] cores = run.Output.Trim().Split(' ');
        Assert.Equal(["1", cores[^1], "1", cores[^1], cores[^1]], cores);
        Assert.Equal(0, run.ExitCode);
    }

    [ZioFact]
    public void The_vault_holds_no_more_than_it_may_and_gives_all_back()
    {
        const int Most = 4 << 20;
        string[] arguments = ["64", $"{512 << 10}"];
        ZioRun plain = ZioRun.Of(tools.Hoard, arguments, []), bounded = ZioRun.Preloaded(tools.Hoard, arguments, ("ZIO_VAULT_MAX", $"{Most}"));
        Assert.Equal(plain.Output, bounded.Output);
        Assert.Equal(0, bounded.ExitCode);
        Assert.InRange(bounded.Counters["bytes_to_vault"], 1, long.MaxValue);
        Assert.InRange(bounded.Counters["vault_bytes_peak"] / 2, 1, Most); // said twice: at the signal and at the end
    }

    [ZioFact]
    public void The_program_never_lacks_mappings_for_its_own_memory()
    {
        string[] arguments = ["25000", "25000"];
        ZioRun plain = ZioRun.Of(tools.Scatter, arguments, []), preloaded = ZioRun.Preloaded(tools.Scatter, arguments, ("ZIO_THRESHOLD", "4096"));
        Assert.Equal((0, plain.Output), (preloaded.ExitCode, preloaded.Output));
        Assert.InRange(preloaded.Counters["bytes_to_vault"], 1, long.MaxValue);
    }

    [ZioFact]
    public void Counters_are_said_on_the_signal_and_at_the_end()
    {
        ZioRun run = ZioRun.Preloaded(tools.Hoard, ["2", "65536"]);
        Assert.Equal(0, run.ExitCode);
        string[] names = ["copies_elided", "copies_done", "bytes_elided", "bytes_copied", "faults", "pages_resolved", "sends_gathered", "bytes_from_vault", "vault_bytes_held"];
        Assert.All(names, name => Assert.Equal(2, run.Errors.Split('\n').Count(line => line.StartsWith($"zio: {name} ", StringComparison.Ordinal))));
    }

    // The echo server with a known number of messages, each of a known number of copies; every byte of every reply is compared.
    private ZioRun Echo(params (string Name, string Value)[] variables) => Echo(new EchoCell(Size, Copies, 0), Messages, variables);

    private ZioRun Echo(EchoCell cell, int messages, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo info = new(tools.Echo, [$"{cell.SizeBytes}", $"{cell.Copies}", $"{cell.Touches}", "copy"])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in (IEnumerable<(string, string)>)[("LD_PRELOAD", ZioTools.Library), ("ZIO_STATS", "1"), .. variables])
            info.Environment[name] = value;
        using Process server = Process.Start(info)!;
        Task<string> errors = server.StandardError.ReadToEndAsync();
        int port = int.Parse(server.StandardOutput.ReadLine()!.AsSpan("port ".Length), CultureInfo.InvariantCulture);
        using (EchoClient client = new(port, cell, connections: 1, spins: false))
            Assert.Equal(messages, client.Run(TimeSpan.Zero, messages, verifyEvery: 1).Operations);
        server.StandardInput.Close();
        server.WaitForExit();
        return new ZioRun(server.ExitCode, "", errors.GetAwaiter().GetResult());
    }
}
