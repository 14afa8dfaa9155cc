using Pkv.Engine.Commands.Collections;
using Pkv.Engine.Commands.SortedSets;
using Pkv.Engine.Commands.Transactions;
using Pkv.Resp;

namespace Pkv.Engine.Commands;

/// <summary>
/// The thread's lists in which commands gather items. They stay reserved for a command that is suspended; an inner turn
/// gets others. Owner thread only.
/// </summary>
internal sealed class CommandScratch
{
    private BulkList? _found, _sources;
    private ScoredMembers? _scored;
    private ArgList? _queued;
    private TransactionPlan? _plan;
    private nint[]? _stripes;

    /// <summary>Takes what the running command uses.</summary>
    public void Suspend() => Exchange();

    /// <summary>Gives it back.</summary>
    public void Resume() => Exchange();

    private void Exchange()
    {
        BulkList.Exchange(ref _found, ref _sources);
        ScoredMembers.Exchange(ref _scored);
        TransactionRunner.Exchange(ref _queued, ref _stripes);
        TransactionPlan.Exchange(ref _plan);
    }
}
