using System.Globalization;
using System.Text;
using Pkv.Server.Keyspace;
using Pkv.Server.Offline;

namespace Pkv.Cli.Export;

/// <summary>
/// Writes keys as the commands that make them: SELECT where the database changes, SET, and PEXPIREAT for what expires,
/// as Redis's own rewrite of its append-only file does. Values go from the pool's mapping to the stream uncopied.
/// </summary>
internal sealed class AofWriter(Stream target)
{
    private int _database = -1;

    /// <summary>Keys written.</summary>
    public long Keys { get; private set; }

    public void Write(in StoredKey key)
    {
        if (key.Kind is not (ValueKind.String or ValueKind.StringAfterGap))
            throw new CliException($"database {key.Database} holds a key of a kind that is not exported: {key.Kind}");
        if (key.Database != _database)
            Command("SELECT", _database = key.Database);
        key.Frames(out ReadOnlySpan<byte> keyFrame, out ReadOnlySpan<byte> valueFrame);
        target.Write("*3\r\n$3\r\nSET\r\n"u8);
        target.Write(keyFrame);
        target.Write(valueFrame);
        if (key.ExpiryMs >= 0)
        {
            target.Write("*3\r\n$9\r\nPEXPIREAT\r\n"u8);
            target.Write(keyFrame);
            Bulk(key.ExpiryMs.ToString(CultureInfo.InvariantCulture));
        }
        Keys++;
    }

    private void Command(string name, long argument)
    {
        target.Write("*2\r\n"u8);
        Bulk(name);
        Bulk(argument.ToString(CultureInfo.InvariantCulture));
    }

    private void Bulk(string text) => target.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${text.Length}\r\n{text}\r\n")));
}
