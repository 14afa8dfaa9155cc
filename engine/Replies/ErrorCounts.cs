using System.Text;
using Pkv.Engine.Keyspace;

namespace Pkv.Engine.Replies;

/// <summary>
/// Error replies of one I/O thread by code (the first word), for INFO errorstats. Costs nothing for commands that succeed.
/// Written by its owner; others read what has been published.
/// </summary>
public sealed class ErrorCounts
{
    /// <summary>Codes beyond this many are not distinguished: they are few, and none comes from a client's bytes.</summary>
    private const int MaxCodes = 128;

    private volatile Entry[] _entries = [];

    /// <summary>Error replies in all.</summary>
    public long Total { get; private set; }

    /// <summary>Counts an error reply. Owner thread.</summary>
    /// <param name="text">Without the "-".</param>
    public void Count(ReadOnlySpan<byte> text)
    {
        Total++;
        int space = text.IndexOf((byte)' ');
        ReadOnlySpan<byte> code = space < 0 ? text : text[..space];
        Entry[] entries = _entries;
        foreach (Entry entry in entries)
        {
            if (code.SequenceEqual(entry.Code))
            {
                entry.Times++;
                return;
            }
        }
        if (entries.Length < MaxCodes)
            _entries = [.. entries, new Entry(code.ToArray()) { Times = 1 }];
    }

    /// <summary>Codes and how often each was replied. Any thread.</summary>
    public IEnumerable<(string Code, long Times)> Snapshot() => _entries.Select(e => (Encoding.Latin1.GetString(e.Code), e.Times));

    /// <summary>Owner thread.</summary>
    public void Reset()
    {
        Total = 0;
        _entries = [];
    }

    private sealed class Entry(byte[] code)
    {
        public readonly byte[] Code = code;
        public long Times;
    }
}
