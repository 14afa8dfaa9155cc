namespace Pkv.Tests.House;

/// <summary>
/// The ratchet of <see cref="FolderOrderTests"/>: files of server/ that use a folder which comes after their own. Nothing is to be
/// added: what a file needs from later folders is handed to it from there.
/// </summary>
internal static class BackwardReferences
{
    /// <summary>"folder -> later folder", with the files, separated by spaces.</summary>
    public static readonly IReadOnlyDictionary<string, string> Known = new Dictionary<string, string>
    {
        ["Keyspace -> Execution"] = "Collections/CollectionStore.cs Collections/CollectionSweep.cs Collections/WholeRecord.cs Pieces/PieceStore.cs",
        ["Replies -> Monitoring"] = "ReplyWriter.cs",
        ["Execution -> Eviction"] = "CollectionAccess.cs CommandContext.cs",
        ["Execution -> Commands"] = "Bounds/RewrittenLength.cs Bounds/TransactionPlan.cs Dispatcher.cs",
        ["Execution -> Sessions"] = "Bounds/TransactionPlan.cs CommandContext.cs CommandState.cs Dispatcher.cs TransactionRunner.cs",
        ["Execution -> Blocking"] = "CommandContext.cs DatabaseFlush.cs Dispatcher.cs",
        ["Execution -> ServerState"] = "ActiveExpiry.cs CommandContext.cs Dispatcher.cs RecordSink.cs",
        ["Execution -> Net"] = "ActiveExpiry.cs CommandContext.cs DatabaseFlush.cs Dispatcher.cs RecordSink.cs",
        ["Execution -> Monitoring"] = "Dispatcher.cs",
        ["Rdb -> Commands"] = "UniqueNames.cs",
        ["Eviction -> ServerState"] = "Evictor.cs IndexAging.cs KeySampler.cs SpaceLimit.cs",
        ["Eviction -> Net"] = "Evictor.cs IndexAging.cs",
        ["Recovery -> Commands"] = "ReplayDecoder.cs",
        ["Recovery -> ServerState"] = "Replayer.cs",
        ["Recovery -> Net"] = "Replayer.cs",
        ["Cleaning -> ServerState"] = "CleaningTurn.cs PoolCleaning.cs PoolKeeper.cs RecordGroup.cs RecordMover.cs",
        ["Cleaning -> Net"] = "CleaningTurn.cs PoolKeeper.cs",
        ["Cleaning -> Monitoring"] = "PoolKeeper.cs",
        ["Commands -> Sessions"] = "Connections/ClientCommands.cs Connections/ClientDescription.cs Connections/ClientKill.cs Connections/ClientType.cs Connections/ConnectionCommands.cs PubSub/SubscriptionCommands.cs Transactions/TransactionCommands.cs",
        ["Commands -> Blocking"] = "Connections/ClientDescription.cs Connections/ClientUnblock.cs",
        ["Commands -> PubSub"] = "Connections/ClientDescription.cs PubSub/PubSubCommands.cs PubSub/SubscriptionCommands.cs",
        ["Commands -> ServerState"] = "Connections/ClientUnblock.cs Servers/Info/CommandSections.cs Servers/Info/InfoWriter.cs Servers/Info/PersistenceSection.cs Servers/Info/ServerSection.cs Servers/Info/StatsSection.cs Servers/InfoCommand.cs",
        ["Commands -> Net"] = "Connections/ClientCommands.cs Connections/ClientDescription.cs Connections/ClientKill.cs Databases/DatabaseCommands.cs PubSub/SubscriptionCommands.cs Servers/Info/ClientsSection.cs Servers/Info/CommandSections.cs Servers/Info/InfoWriter.cs Servers/Info/ServerSection.cs Servers/Info/StatsSection.cs Servers/LatencyCommands.cs Servers/ServerCommands.cs Transactions/TransactionCommands.cs",
        ["Commands -> Monitoring"] = "Servers/Info/CommandSections.cs Servers/Info/MemorySection.cs Servers/Info/PersistenceSection.cs Servers/Info/StatsSection.cs Servers/LatencyCommands.cs Servers/LatencyGraph.cs Servers/MemoryCommands.cs Servers/SlowLogCommands.cs",
        ["Sessions -> Blocking"] = "Session.cs",
        ["Sessions -> PubSub"] = "Session.cs",
        ["Blocking -> ServerState"] = "BlockedClients.cs",
        ["Blocking -> Net"] = "BlockedClient.cs BlockedClients.cs",
        ["PubSub -> ServerState"] = "Publisher.cs",
        ["PubSub -> Net"] = "Delivery.cs Inlet.cs Publisher.cs SubscriberList.cs SubscriberView.cs Subscription.cs",
        ["Net -> Monitoring"] = "Containment.cs",
    };
}
