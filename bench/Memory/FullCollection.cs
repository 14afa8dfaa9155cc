using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Pkv.Bench.Memory;

/// <summary>
/// Makes a .NET process collect its whole heap, through the runtime's diagnostics port: a trace session with the heap
/// collection keyword does so when it begins (dotnet/diagnostics, documentation/design-docs/ipc-protocol.md). A server that
/// allocates next to nothing might otherwise never show how long such a collection stops it.
/// </summary>
internal static class FullCollection
{
    private const byte TraceCommands = 2, StopTrace = 1, CollectTraceWithoutRundown = 3, Succeeded = 0;
    private const int HeaderBytes = 20;
    private const ulong HeapCollectKeyword = 0x800000;
    private const uint LevelInformation = 4, FormatNetTrace = 1, BufferMegabytes = 16;
    private const int TimeoutMs = 30_000;

    /// <summary>Begins a session, which begins with a full collection, and ends it.</summary>
    /// <exception cref="IOException">The process has no diagnostics port, or it refused.</exception>
    public static void Provoke(int processId)
    {
        string path = PortOf(processId);
        using NetworkStream trace = Ask(path, CollectTraceWithoutRundown, CollectPayload());
        AwaitSuccess(trace);
        byte[] session = new byte[8];
        trace.ReadExactly(session);
        using NetworkStream stop = Ask(path, StopTrace, session);
        // What the session still has to say comes before the answer that it has ended.
        trace.CopyTo(Stream.Null);
        AwaitSuccess(stop);
    }

    /// <summary>The port's address: named after the process and when it began, for one that was killed leaves its own behind.</summary>
    private static string PortOf(int processId)
    {
        // After the name, which may have spaces, the twentieth: ticks since the machine's start (proc(5), starttime).
        string status = File.ReadAllText($"/proc/{processId}/stat");
        string began = status[(status.LastIndexOf(')') + 2)..].Split(' ')[19], path = Path.Combine(Path.GetTempPath(), $"dotnet-diagnostic-{processId}-{began}-socket");
        return File.Exists(path) ? path : throw new IOException($"process {processId} has no diagnostics port");
    }

    /// <summary>The payload of CollectTracing: buffer, format, no rundown, and one provider with keywords, level, name, no filter.</summary>
    internal static byte[] CollectPayload()
    {
        using MemoryStream payload = new();
        using BinaryWriter writer = new(payload, Encoding.Unicode);
        writer.Write(BufferMegabytes);
        writer.Write(FormatNetTrace);
        writer.Write(false);
        writer.Write(1u);
        writer.Write(HeapCollectKeyword);
        writer.Write(LevelInformation);
        string name = "Microsoft-Windows-DotNETRuntime\0";
        writer.Write((uint)name.Length);
        writer.Write(Encoding.Unicode.GetBytes(name));
        writer.Write(0u);
        writer.Flush();
        return payload.ToArray();
    }

    private static NetworkStream Ask(string path, byte command, byte[] payload)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = TimeoutMs };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        NetworkStream stream = new(socket, ownsSocket: true);
        byte[] message = new byte[HeaderBytes + payload.Length];
        "DOTNET_IPC_V1\0"u8.CopyTo(message);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(14), (ushort)message.Length);
        message[16] = TraceCommands;
        message[17] = command;
        payload.CopyTo(message.AsSpan(HeaderBytes));
        stream.Write(message);
        return stream;
    }

    private static void AwaitSuccess(NetworkStream stream)
    {
        byte[] header = new byte[HeaderBytes];
        stream.ReadExactly(header);
        if (header[17] != Succeeded) throw new IOException("the diagnostics port refused a command");
    }
}
