using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Stalls;

/// <summary>
/// Connections that send PING about once a millisecond each, on a thread of their own, and note the longest time to an answer.
/// A server hands new connections to its I/O threads in turn, so that four of them meet every thread of two.
/// </summary>
internal sealed class PingProbes : IDisposable
{
    private const int PollUs = 1000;
    private static readonly byte[] s_ping = "*1\r\n$4\r\nPING\r\n"u8.ToArray();

    private const string ThreadName = "pkv-io-";

    private readonly ThreadTimes _times;
    private readonly Probe[] _probes;
    private readonly Thread _thread;
    private volatile bool _stopping;
    private volatile Exception? _failure;

    /// <param name="server">The server.</param>
    /// <param name="connections">How many.</param>
    public PingProbes(ServerProcess server, int connections)
    {
        _times = new ThreadTimes(server.ProcessId, ThreadName);
        _probes = [.. Enumerable.Range(0, connections).Select(_ => new Probe(server.Port, _times.Count))];
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

    /// <summary>The longest PING of each connection since the reset; one that has no answer yet counts as long as it has waited.</summary>
    public LongestPing[] Longest()
    {
        if (_failure is { } failure) throw new InvalidDataException($"PING: {failure.Message}");
        lock (_probes) return [.. _probes.Select(p => p.LongestNow(_times))];
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        foreach (Probe probe in _probes) probe.Socket.Dispose();
        _times.Dispose();
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
                    foreach (Probe probe in _probes) probe.SendIfIdle(_times);
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
                        foreach (Probe probe in _probes.Where(p => readable.Contains(p.Socket))) probe.Receive(_times);
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
        private readonly (long Ran, long Waited)[] _atSend, _now;
        private long _sent;
        private LongestPing _longest;
        private int _received;

        public Probe(int port, int threads)
        {
            (_atSend, _now) = (new (long, long)[threads], new (long, long)[threads]);
            Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(IPAddress.Loopback, port);
            ArrivalClock.Enable(Socket);
        }

        public Socket Socket { get; }

        public bool IsWaiting => _sent != 0;

        public LongestPing LongestNow(ThreadTimes times)
        {
            if (_sent != 0) Note(times, ArrivalClock.NowNs);
            return _longest;
        }

        public void Reset()
        {
            _longest = default;
            if (_sent != 0) _sent = ArrivalClock.NowNs;
        }

        public void SendIfIdle(ThreadTimes times)
        {
            if (_sent != 0) return;
            times.Read(_atSend);
            _sent = ArrivalClock.NowNs;
            _received = 0;
            Socket.Send(s_ping);
        }

        public void Receive(ThreadTimes times)
        {
            int received = ArrivalClock.Receive(Socket, _reply.AsSpan(_received), out long arrived);
            if (received == 0) throw new InvalidDataException("the server closed the connection");
            _received += received;
            if (_received < 7) return;
            if (!_reply.AsSpan(0, _received).SequenceEqual("+PONG\r\n"u8)) throw new InvalidDataException("answered something else than PONG");
            Note(times, arrived);
            _sent = 0;
        }

        // The thread that was busiest, or wanted most to be, is the one that the PING waited for.
        private void Note(ThreadTimes times, long arrived)
        {
            double ms = (arrived - _sent) / 1e6;
            if (ms <= _longest.Ms) return;
            times.Read(_now);
            (long ran, long waited) = (0, 0);
            for (int i = 0; i < _now.Length; i++)
            {
                (long ranHere, long waitedHere) = (_now[i].Ran - _atSend[i].Ran, _now[i].Waited - _atSend[i].Waited);
                if (ranHere + waitedHere > ran + waited) (ran, waited) = (ranHere, waitedHere);
            }
            _longest = new LongestPing(ms, ran / 1e6, waited / 1e6);
        }
    }
}
