using System.Net;
using System.Net.Sockets;

namespace Pkv.Tests.Support;

/// <summary>Loopback ports that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>A port of the kernel's choice. Another process may still take it before we do.</summary>
    public static int Next()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
