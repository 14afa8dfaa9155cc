using System.Runtime.InteropServices;

namespace Pkv.Engine.Keyspace.Streams;

/// <summary>What a stream has beside its entries, off the managed heap.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct StreamState
{
    /// <summary>The largest ID that an entry ever had, or XSETID gave.</summary>
    public StreamId LastId;

    /// <summary>The largest ID that XDEL removed.</summary>
    public StreamId MaxDeletedId;

    /// <summary>Entries ever added.</summary>
    public ulong Added;

    /// <summary>Number of the command up to which the log's last summary (<see cref="StreamFacts.Summary"/>) tells of this; 0: there is none.</summary>
    internal ulong SummaryNumber;

    /// <summary>Nodes that Redis would hold.</summary>
    internal uint Nodes;

    /// <summary>Entries that were put into the last one, those that are gone included; 0: the next one begins another.</summary>
    internal uint LastNodeEntries;

    /// <summary>Bytes of the last one.</summary>
    internal long LastNodeBytes;

    /// <summary>The ID that the last one began with.</summary>
    internal StreamId NodeId;

    /// <summary>A hash of the names of the fields that it began with.</summary>
    internal ulong NodeFields;

    /// <summary>Of one that is given back: its entries are counted, its facts are under way.</summary>
    internal bool HasForgottenEntries;
}
