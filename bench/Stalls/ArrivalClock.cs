using System.Net.Sockets;
using Pkv.Bench.Native;

namespace Pkv.Bench.Stalls;

/// <summary>
/// When bytes came in, by the kernel: a probe that had no core, or whose runtime collected garbage, would count its own delay as the
/// server's. Source: socket(7), timestamping.rst of Linux.
/// </summary>
internal static unsafe class ArrivalClock
{
    private const int SocketLevel = 1, Timestamping = 37, ReceiveSoftware = 1 << 3, ReportSoftware = 1 << 4;
    private const nuint HeaderBytes = 16;

    /// <summary>Nanoseconds since 1970, by the clock that arrivals are told by.</summary>
    public static long NowNs => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>From now on the kernel notes when bytes come in.</summary>
    public static void Enable(Socket socket) =>
        socket.SetRawSocketOption(SocketLevel, Timestamping, BitConverter.GetBytes(ReceiveSoftware | ReportSoftware));

    /// <summary>Reads what is there.</summary>
    /// <param name="socket">Readable.</param>
    /// <param name="target">Where to.</param>
    /// <param name="arrivedNs">When the last of it came; now, if the kernel does not tell.</param>
    /// <returns>Bytes; 0: the connection is closed.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It failed.</exception>
    public static int Receive(Socket socket, Span<byte> target, out long arrivedNs)
    {
        byte* control = stackalloc byte[256];
        fixed (byte* bytes = target)
        {
            IoVector vector = new(bytes, target.Length);
            MessageHeader message = new() { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = 256 };
            int received = (int)Libc.ReceiveMessage((int)socket.Handle, &message, 0);
            if (received < 0) throw Libc.Failure("recvmsg");
            // It is alone: a header of eight bytes of length and four each of level and type, then three times.
            bool isTold = message.ControlLength >= HeaderBytes + (nuint)sizeof(TimeSpec)
                && ((int*)control)[2] == SocketLevel && ((int*)control)[3] == Timestamping;
            arrivedNs = isTold ? ((TimeSpec*)(control + HeaderBytes))->TotalNanoseconds : NowNs;
            return received;
        }
    }
}
