using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pkv.Bench.Stalls;

/// <summary>
/// Connections that send PING about once a millisecond each, on a thread of their own, and note the longest time to an answer.
/// A server hands new connections to its I/O threads in turn, so that four of them meet every thread of two.
/// </summary>
internal sealed class PingProbes : IDisposable
{
    private const int PollUs = 1000;
    private static readonly byte[] s_ping = "*1\r\n$4\r\nPING\r\n"u8.ToArray();

    private readonly Probe[] _probes;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile Exception? _failure;

    public PingProbes(int port, int connections)
    {
        _probes = [.. Enumerable.Range(0, connections).Select(_ => new Probe(port))];
        _thread = new Thread(Run) { IsBackground = true, Name = "probes" };
        _thread.Start();
    }

    /// <summary>Forgets what was seen so far; a PING that is under way counts from now.</summary>
    public void Reset()
    {
        lock (_probes)
        {
            foreach (Probe probe in _probes) probe.Reset();
        }
    }

    /// <summary>The longest PING of each connection since the reset, ms; one that has no answer yet counts as long as it has waited.</summary>
    public double[] Worst()
    {
        if (_failure is { } failure) throw new InvalidDataException($"PING: {failure.Message}");
        lock (_probes) return [.. _probes.Select(p => p.WorstMs)];
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        foreach (Probe probe in _probes) probe.Socket.Dispose();
    }

    private void Run()
    {
        try
        {
            List<Socket> readable = [];
            while (!_stopping)
            {
                lock (_probes)
                {
                    foreach (Probe probe in _probes) probe.SendIfIdle();
                }
                // Waits whether or not answers come at once: one PING a millisecond takes nothing away from the server.
                long began = Stopwatch.GetTimestamp();
                do
                {
                    readable.Clear();
                    readable.AddRange(_probes.Where(p => p.IsWaiting).Select(p => p.Socket));
                    if (readable.Count == 0)
                    {
                        _probes[0].Socket.Poll(PollUs, SelectMode.SelectError);
                        break;
                    }
                    Socket.Select(readable, null, null, PollUs);
                    lock (_probes)
                    {
                        foreach (Probe probe in _probes.Where(p => readable.Contains(p.Socket))) probe.Receive();
                    }
                }
                while (Stopwatch.GetElapsedTime(began).TotalMicroseconds < PollUs);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            _failure = e;
        }
    }

    private sealed class Probe
    {
        private readonly byte[] _reply = new byte[64];
        private long _sent;
        private double _worst;
        private int _received;

        public Probe(int port)
        {
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(IPAddress.Loopback, port);
        }

        public Socket Socket { get; }

        public bool IsWaiting => _sent != 0;

        public double WorstMs => Math.Max(_worst, _sent == 0 ? 0 : Stopwatch.GetElapsedTime(_sent).TotalMilliseconds);

        public void Reset()
        {
            _worst = 0;
            if (_sent != 0) _sent = Stopwatch.GetTimestamp();
        }

        public void SendIfIdle()
        {
            if (_sent != 0) return;
            _sent = Stopwatch.GetTimestamp();
            _received = 0;
            Socket.Send(s_ping);
        }

        public void Receive()
        {
            int received = Socket.Receive(_reply, _received, _reply.Length - _received, SocketFlags.None);
            if (received == 0) throw new InvalidDataException("the server closed the connection");
            _received += received;
            if (_received < 7) return;
            if (!_reply.AsSpan(0, _received).SequenceEqual("+PONG\r\n"u8)) throw new InvalidDataException("answered something else than PONG");
            _worst = Math.Max(_worst, Stopwatch.GetElapsedTime(_sent).TotalMilliseconds);
            _sent = 0;
        }
    }
}
