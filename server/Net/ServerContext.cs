using Pkv.Engine.Execution;
using Pkv.Server.Sessions;

namespace Pkv.Server.Net;

/// <summary>What the server's own commands see in a context beyond what commands on data do. All contexts that serve connections have it.</summary>
internal static class ServerContext
{
    extension(CommandContext context)
    {
        /// <summary>The event loop that runs the command.</summary>
        public IoThread IoThread => ((IoThreadHost)context.Thread.Host).Thread;

        public ServerState Server => context.IoThread.Server;

        /// <summary>Who sent the command.</summary>
        public Session Session => (Session)context.Client;
    }
}
