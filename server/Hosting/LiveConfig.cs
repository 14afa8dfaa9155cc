using Pkv.Server.Net;

namespace Pkv.Server.Hosting;

/// <summary>
/// CONFIG SET reaches what does not read its option each time. Runs on the I/O thread of the client that sets; all that it
/// writes is one word, which the owners see soon.
/// </summary>
internal sealed class LiveConfig(ServerState server)
{
    public static void Attach(ServerState server)
    {
        LiveConfig live = new(server);
        server.Config.Applying = live.Refusal;
        server.Config.Changed += live.Apply;
    }

    // What the system does not allow; null: it does.
    private string? Refusal(string option)
    {
        if (option == "appendfsync")
            return server.Durability.PolicyRefusal;
        if (option != "maxclients")
            return null;
        long supported = FileDescriptorLimit.ClientsWithin(FileDescriptorLimit.Raise(server.Options.MaxClients, server.Options.IoThreads), server.Options.IoThreads);
        return supported >= server.Options.MaxClients ? null
            : $"The operating system is not able to handle the specified number of clients, try with {supported}";
    }

    private void Apply(string option)
    {
        switch (option)
        {
            case "appendfsync":
                server.Durability.ApplyPolicy();
                break;
            case "maxmemory" or "maxmemory-policy" or "maxmemory-samples":
                server.Space.Changed();
                break;
            case "send-gather-threshold":
                foreach (IoThread thread in server.Threads)
                    thread.Reply.GatherThreshold = server.Options.SendGatherThresholdBytes;
                break;
        }
    }
}
