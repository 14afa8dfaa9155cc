using System.Net.Sockets;
using System.Text;
using Pkv.Cli.Terminal;
using Pkv.Server.Configuration;

namespace Pkv.Cli.Verbs;

/// <summary>
/// <c>ping [--host HOST] [--port PORT]</c>: does a server answer? For health checks: the container image has neither a shell nor
/// redis-cli. Port and password are those of the server's own <c>PKV_…</c> variables and <c>appsettings.json</c>, so a check that
/// runs beside the server needs no arguments. A server listens only when it has recovered: PONG means that the data is there.
/// </summary>
internal static class PingVerb
{
    // Docker and systemd give a check a few seconds; a server that takes this long for a PING is not in order.
    private const int TimeoutMs = 3_000;

    public static int Run(Arguments arguments, CliTerminal terminal)
    {
        ConfigLoadResult config = ConfigLoader.Load([]);
        PkvOptions options = config.Options ?? throw new CliException(config.ErrorLine ?? "no configuration");
        string host = arguments.Text("host") ?? "127.0.0.1";
        int port = arguments.Number("port", "a port", ushort.MaxValue) ?? options.Port;
        arguments.End();
        try
        {
            string answer = Ask(host, port, options.RequirePass);
            terminal.Out.WriteLine(answer);
            return answer == "PONG" ? ExitCode.Sound : ExitCode.Damaged;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            terminal.Out.WriteLine($"no answer from {host}:{port}: {e.Message}");
            return ExitCode.Damaged;
        }
    }

    private static string Ask(string host, int port, string password)
    {
        using TcpClient client = new() { SendTimeout = TimeoutMs, ReceiveTimeout = TimeoutMs };
        client.Connect(host, port);
        using NetworkStream stream = client.GetStream();
        using StreamReader reader = new(stream, Encoding.UTF8);
        if (password.Length > 0)
        {
            stream.Write(Encoding.UTF8.GetBytes($"*2\r\n$4\r\nAUTH\r\n${Encoding.UTF8.GetByteCount(password)}\r\n{password}\r\n"));
            if (Line(reader) is var welcome and not "+OK")
                return welcome;
        }
        stream.Write("*1\r\n$4\r\nPING\r\n"u8);
        return Line(reader) is var answer and not "+PONG" ? answer : "PONG";
    }

    private static string Line(StreamReader reader) => reader.ReadLine() ?? throw new IOException("the connection was closed");
}
