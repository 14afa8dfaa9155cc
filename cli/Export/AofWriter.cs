using System.Globalization;
using System.Text;
using Pkv.Engine.Keyspace.Streams;
using Pkv.Server.Offline;

namespace Pkv.Cli.Export;

/// <summary>
/// Writes keys as the commands that make them: SELECT where the database changes, SET, or HSET, RPUSH, SADD, ZADD with up to 64
/// elements each, and PEXPIREAT for what expires, as Redis's own rewrite of its append-only file does. Values go from the pool's mapping to the stream uncopied.
/// </summary>
internal sealed class AofWriter(Stream target)
{
    // As many as Redis's own rewrite.
    private const int ElementsPerCommand = 64;

    private int _database = -1;
    private long _left;
    private int _inCommand;

    /// <summary>Keys written.</summary>
    public long Keys { get; private set; }

    public void Write(in StoredKey key)
    {
        if (key.Database != _database)
            Command("SELECT", _database = key.Database);
        if (key.IsString)
            WriteString(key);
        else if (key.IsStream)
            WriteStream(key);
        else
            WriteElements(key);
        if (key.ExpiryMs >= 0)
        {
            target.Write("*3\r\n$9\r\nPEXPIREAT\r\n"u8);
            target.Write(key.KeyFrame);
            Bulk(key.ExpiryMs.ToString(CultureInfo.InvariantCulture));
        }
        Keys++;
    }

    private void WriteString(in StoredKey key)
    {
        key.Frames(out ReadOnlySpan<byte> keyFrame, out ReadOnlySpan<byte> valueFrame);
        target.Write("*3\r\n$3\r\nSET\r\n"u8);
        target.Write(keyFrame);
        target.Write(valueFrame);
    }

    private void WriteElements(in StoredKey key)
    {
        _left = key.Count;
        _inCommand = 0;
        StoredKey held = key;
        key.VisitElements((in StoredElement element) =>
        {
            if (_inCommand == 0)
            {
                _inCommand = (int)Math.Min(ElementsPerCommand, _left);
                _left -= _inCommand;
                string name = Encoding.ASCII.GetString(held.PutCommand);
                target.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{2 + _inCommand * held.ArgumentsPerElement}\r\n${name.Length}\r\n{name}\r\n")));
                target.Write(held.KeyFrame);
            }
            target.Write(element.Frames);
            _inCommand--;
        });
    }

    // An empty one is made by an entry that is trimmed at once, as Redis's own rewrite does.
    private void WriteStream(in StoredKey key)
    {
        StoredKey held = key;
        (StreamId last, ulong added, StreamId deleted) = key.StreamSummary;
        if (key.Count == 0)
        {
            Head(7, "XADD", key);
            foreach (string text in (string[])["MAXLEN", "0", last == StreamId.Min ? "0-1" : last.ToString(), "x", "y"])
                Bulk(text);
        }
        key.VisitEntries((in StoredEntry entry) =>
        {
            Head(3 + 2 * entry.Pairs, "XADD", held);
            Bulk(entry.Id.ToString());
            target.Write(entry.Frames);
        });
        Head(7, "XSETID", key);
        foreach (string text in (string[])[last.ToString(), "ENTRIESADDED", added.ToString(CultureInfo.InvariantCulture), "MAXDELETEDID", deleted.ToString()])
            Bulk(text);
    }

    private void Head(int arguments, string name, in StoredKey key)
    {
        target.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"*{arguments}\r\n")));
        Bulk(name);
        target.Write(key.KeyFrame);
    }

    private void Command(string name, long argument)
    {
        target.Write("*2\r\n"u8);
        Bulk(name);
        Bulk(argument.ToString(CultureInfo.InvariantCulture));
    }

    private void Bulk(string text) => target.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${text.Length}\r\n{text}\r\n")));
}
