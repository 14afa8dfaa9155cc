using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Faults;

/// <summary>One client that writes large values to ever new keys and remembers which were acknowledged.</summary>
internal sealed class FaultWriter(PkvServer server, int valueBytes) : IDisposable
{
    private readonly RespClient _client = server.Connect();
    private readonly List<string> _acknowledged = [];
    private Thread? _background;
    private int _next;

    /// <summary>Keys whose SET was answered OK.</summary>
    public IReadOnlyList<string> Acknowledged
    {
        get
        {
            lock (_acknowledged)
                return [.. _acknowledged];
        }
    }

    public static string Value(string key, int bytes) => key + new string((char)('a' + key.Length % 26), bytes - key.Length);

    /// <summary>Writes so many keys; all must be acknowledged.</summary>
    public void Write(int count)
    {
        for (int i = 0; i < count; i++)
            Assert.Equal("+OK", WriteOne());
    }

    /// <summary>Writes until something else than OK is answered; returns that.</summary>
    public string WriteUntilRefused()
    {
        while (true)
        {
            string reply = WriteOne();
            if (reply != "+OK")
                return reply.TrimStart('-');
        }
    }

    /// <summary>The same on a thread: the last reply may not come while the device fails.</summary>
    public void WriteInBackground()
    {
        _background = new Thread(() =>
        {
            try
            {
                WriteUntilRefused();
            }
            catch (Exception e) when (e is IOException or EndOfStreamException)
            {
                // the test has ended the server
            }
        }) { IsBackground = true };
        _background.Start();
    }

    /// <summary>Waits for the end of <see cref="WriteInBackground"/>: the pool is full, or was refused.</summary>
    public void Stop() => Assert.True(_background!.Join(60_000), "the writer still waits for its reply");

    /// <summary>The key was deleted.</summary>
    public void Forget(string key)
    {
        lock (_acknowledged)
            _acknowledged.Remove(key);
    }

    public void AssertAllThere(PkvServer restarted)
    {
        using RespClient client = restarted.Connect();
        foreach (string key in Acknowledged)
            Assert.Equal("$" + Value(key, valueBytes), client.Call("GET", key).ToString());
    }

    public void Dispose() => _client.Dispose();

    private string WriteOne()
    {
        string key = $"key{_next++}";
        string reply = _client.Call("SET", key, Value(key, valueBytes)).ToString();
        if (reply == "+OK")
        {
            lock (_acknowledged)
                _acknowledged.Add(key);
        }
        return reply;
    }
}
