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
        ["Sessions -> Blocking"] = "Session.cs",
        ["Sessions -> PubSub"] = "Session.cs",
        ["Blocking -> ServerState"] = "BlockedClients.cs",
        ["Blocking -> Net"] = "BlockedClient.cs BlockedClients.cs",
        ["PubSub -> ServerState"] = "Publisher.cs",
        ["PubSub -> Net"] = "Delivery.cs Inlet.cs Publisher.cs SubscriberList.cs SubscriberView.cs Subscription.cs",
        ["Net -> Monitoring"] = "Containment.cs Dispatcher.cs",
    };
}
