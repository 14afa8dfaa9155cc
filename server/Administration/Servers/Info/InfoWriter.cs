using System.Globalization;
using System.Text;
using Pkv.Server.Net;

namespace Pkv.Server.Administration.Servers.Info;

/// <summary>Writes the lines of INFO. One for each section of each call.</summary>
internal sealed class InfoWriter(StringBuilder text, ServerState server, long nowMs)
{
    public ServerState Server { get; } = server;

    /// <summary>Unix ms.</summary>
    public long NowMs { get; } = nowMs;

    public void Heading(string name) => text.Append("# ").Append(name).Append("\r\n");

    public void Add(string field, string value) => text.Append(field).Append(':').Append(value).Append("\r\n");

    public void Add(string field, long value) => text.Append(field).Append(':').Append(value).Append("\r\n");

    public void Add(string field, double value, int decimals = 2) => Add(field, value.ToString("F" + decimals, CultureInfo.InvariantCulture));

    /// <summary>Bytes, and the same as people read them.</summary>
    public void AddBytes(string field, long bytes)
    {
        Add(field, bytes);
        Add(field + "_human", Human(bytes));
    }

    /// <summary>A counter added up over the I/O threads. Each is read as it stands.</summary>
    public long Sum(Func<IoThread, long> counter) => Server.Threads.Sum(counter);

    /// <summary>Redis's bytesToHuman: 1.50K, 3.00M.</summary>
    public static string Human(long bytes)
    {
        if (bytes < 1024)
            return $"{bytes}B";
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 4)
        {
            value /= 1024;
            unit++;
        }
        return value.ToString("F2", CultureInfo.InvariantCulture) + "KMGTP"[unit];
    }
}
