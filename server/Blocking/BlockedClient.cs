using System.Runtime.InteropServices;
using Pkv.Engine.Execution;
using Pkv.Engine.Keyspace;
using Pkv.Engine.Keyspace.Interests;
using Pkv.Resp;
using Pkv.Server.Net;

namespace Pkv.Server.Blocking;

/// <summary>
/// A client that waits in a blocking command: for one of its keys to hold something, or only for time to pass (WAIT). Its
/// command lies in memory of its own; its connection is paused and costs nothing. Owned by the connection's thread, but
/// for what <see cref="BlockingTable"/> guards.
/// </summary>
public sealed unsafe class BlockedClient : IDisposable
{
    private byte* _command;
    private long _commandBytes;

    public BlockedClient(Connection connection, CommandBinding binding, ArgList args)
    {
        Connection = connection;
        Binding = binding;
        _command = (byte*)NativeMemory.Alloc((nuint)CommandBytes.Of(args.Items, args.Count));
        _commandBytes = CommandBytes.Write(_command, args.Items, args.Count) - _command;
    }

    public Connection Connection { get; }
    public CommandBinding Binding { get; }

    /// <summary>What one of the keys must hold.</summary>
    public required ValueKind Kind { get; init; }

    /// <summary>Its keys: so many arguments, from this one on.</summary>
    public required int FirstKey { get; init; }

    /// <summary>0: it waits for no key.</summary>
    public required int KeyCount { get; init; }

    /// <summary>Unix ms of the timeout; <see cref="long.MaxValue"/>: never.</summary>
    public required long UntilMs { get; init; }

    /// <summary>Set once by CLIENT UNBLOCK, under the table's lock.</summary>
    public UnblockReason Request { get; internal set; }

    /// <summary>Under the table's lock.</summary>
    internal bool IsWaiting { get; set; }

    /// <summary>The keys that it waits for. Under the table's lock.</summary>
    internal KeyInterest Interest;

    /// <summary>Orders clients by the time at which they give up.</summary>
    public static IComparer<BlockedClient> ByDeadline { get; } = Comparer<BlockedClient>.Create(static (a, b) =>
        a.UntilMs != b.UntilMs ? a.UntilMs.CompareTo(b.UntilMs) : a.Connection.Session.Id.CompareTo(b.Connection.Session.Id));

    /// <summary>Brings the command's arguments into view, and itself as what is being run.</summary>
    public void Recall(ArgList args, Recorder recorder)
    {
        args.Reset();
        RespParser.Parse(_command, _command + _commandBytes, args, new ParseLimits { MaxBulkBytes = long.MaxValue });
        recorder.Begin(_command, _commandBytes, null);
    }

    public void Dispose()
    {
        NativeMemory.Free(_command);
        _command = null;
    }
}

/// <summary>Why a waiting client gets a reply without an element.</summary>
public enum UnblockReason
{
    None,

    /// <summary>Its time is over, or CLIENT UNBLOCK says so.</summary>
    Timeout,

    /// <summary>CLIENT UNBLOCK id ERROR.</summary>
    Error,
}
