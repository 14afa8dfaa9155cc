using Pkv.Persistence.Media;
using Pkv.Tests.Simulation;
using Xunit;

namespace Pkv.Tests.CrashStates;

/// <summary>
/// The exploration proves itself: with one persist left out, with two in the wrong order, with transactions not marked as
/// such, it must find a state that no history allows. Not to find one is to fail.
/// </summary>
[Collection("Crash")]
public sealed class DetectorTests(ITestOutputHelper output)
{
    private const int MaxStates = 5_000;

    [Fact]
    public void Commit_entries_that_are_never_flushed_are_found() => MustFind(SimulatedKind.PersistentMemory, m => new EntriesNotFlushed(m));

    [Fact]
    public void One_record_in_eight_that_is_not_flushed_is_found() => MustFind(SimulatedKind.PersistentMemory, m => new SomeRecordsNotFlushed(m));

    [Fact]
    public void Batches_that_are_not_drained_are_found() => MustFind(SimulatedKind.PersistentMemory, m => new BatchesNotDrained(m));

    [Fact]
    public void A_header_that_becomes_durable_after_its_directory_word_is_found() => MustFind(SimulatedKind.PersistentMemory, m => new HeaderAfterItsWord(m));

    [Theory]
    [InlineData(nameof(SimulatedKind.MappedFile))]
    [InlineData(nameof(SimulatedKind.DirectFile))]
    public void Syncs_that_are_left_out_are_found(string kind) => MustFind(Enum.Parse<SimulatedKind>(kind), m => new NotSynced(m));

    [Fact]
    public void Records_that_the_direct_engine_does_not_mark_are_found() => MustFind(SimulatedKind.DirectFile, m => new SomeRecordsNotFlushed(m));

    [Fact]
    public void Transactions_whose_pieces_are_not_chained_are_found() => MustFind(SimulatedKind.PersistentMemory, m => new ChainsNotMarked(m));

    private void MustFind(SimulatedKind kind, Func<SimulatedMedium, IMedium> mistake)
    {
        CrashSearch search = new(seed => new ExplorationOptions(seed, StreamProfile.Exhaustive, kind, Threads: 1 + seed % 2) { Break = mistake });
        search.Run(MaxStates, firstSeed: 1, output);
        Assert.True(search.Wrong is not null, $"{search.States} crash states, and none of them looked wrong");
        Assert.Contains("crash at event", search.Wrong);
    }
}
