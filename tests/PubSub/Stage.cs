using System.Globalization;
using Pkv.Tests.Support;

namespace Pkv.Tests.PubSub;

/// <summary>
/// Three clients of one server, a, b and c, that play a script ("b PUBLISH news hello"). After each line every client asks
/// for a PING of its own: what came before that is what the line made the server send, so nobody has to wait and hope.
/// A client inside MULTI is not asked.
/// </summary>
internal sealed class Stage(Func<RespClient> connect) : IDisposable
{
    private readonly Dictionary<string, RespClient> _clients = new[] { "a", "b", "c" }.ToDictionary(name => name, _ => connect());
    private readonly HashSet<string> _inMulti = [];
    private int _pings;

    public void Dispose()
    {
        foreach (RespClient client in _clients.Values)
            client.Dispose();
    }

    /// <summary>Plays one line; what each client received, on a line of its own.</summary>
    public string Play(string line)
    {
        string[] words = line.Split(' ');
        _clients[words[0]].Send(words[1..]);
        string command = words[1].ToUpperInvariant();
        if (command == "MULTI")
            _inMulti.Add(words[0]);
        if (command is "EXEC" or "DISCARD" or "RESET")
            _inMulti.Remove(words[0]);
        // Whoever acted first: its reply tells that the messages are on their way to the others.
        IEnumerable<string> names = _clients.Keys.OrderBy(name => name != words[0]);
        return string.Join('\n', names.Select(name => $"  {name}: {string.Join(' ', Received(name, isActor: name == words[0]))}"));
    }

    private List<string> Received(string name, bool isActor)
    {
        RespClient client = _clients[name];
        List<string> received = [];
        if (_inMulti.Contains(name))
        {
            if (isActor)
                received.Add(client.Read().ToString());
            return received;
        }
        string mark = (++_pings).ToString("'ping-'0000", CultureInfo.InvariantCulture);
        client.Send("PING", mark);
        for (RespNode node = client.Read(); !IsMark(node, mark); node = client.Read())
            received.Add(node.ToString());
        return received;
    }

    private static bool IsMark(RespNode node, string mark) => node.Text == mark || (node.Items.Count == 2 && node.Items[1].Text == mark);
}
