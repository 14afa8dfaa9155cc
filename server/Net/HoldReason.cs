namespace Pkv.Server.Net;

/// <summary>Why a connection's input is held: what it sent lies in its stash, and nothing more is read, until the reason is gone.</summary>
public enum HoldReason
{
    /// <summary>It is not held.</summary>
    None,

    /// <summary>CLIENT PAUSE.</summary>
    ClientPause,

    /// <summary>Its client waits in a blocking command.</summary>
    Blocked,

    /// <summary>Its next command needs a segment that cleaning has yet to free.</summary>
    NoRoom,

    /// <summary>Its next command needs a stripe that somebody keeps for long: <see cref="Connection.BusyStripe"/>.</summary>
    KeysBusy,

    /// <summary>It has had its share of the turn: the rest of its pipeline runs in the next one.</summary>
    TurnOver,
}
