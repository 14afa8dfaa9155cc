using System.Text;
using Pkv.Cli.Import;
using Pkv.Engine.Rdb;

namespace Pkv.Cli.Rdb;

/// <summary>
/// A Redis snapshot of version 1 to 10 (Redis 7.0), one item per step: keys become commands, other items are applied, reported
/// or skipped. The checksum at the end is compared with that of the bytes read.
/// </summary>
internal sealed class RdbReader : IDisposable
{
    private const int MaxVersion = 10;

    // Versions below have no checksum.
    private const int FirstSummedVersion = 5;

    private readonly ImportStream _source;
    private readonly RdbInput _stream;
    private readonly RdbValues _values;
    private readonly int _version;
    private long _expiryMs = -1;

    /// <exception cref="CliException">The file does not begin as a snapshot does.</exception>
    public RdbReader(ImportStream source)
    {
        _source = source;
        _stream = new RdbInput(new RdbStream(source));
        _values = new RdbValues(_stream);
        source.IsSummed = true;
        string magic = Encoding.Latin1.GetString(_stream.Take(Math.Min(9, source.Remaining)));
        if (!magic.StartsWith("REDIS", StringComparison.Ordinal) || !int.TryParse(magic.AsSpan(5), out _version) || magic.Length != 9)
            throw new CliException($"{source.Path} is not an RDB file (it does not begin with REDIS and a version)");
        if (_version is < 1 or > MaxVersion)
            throw new CliException($"{source.Path} has RDB version {_version}; versions 1 to {MaxVersion} (Redis 7.0) can be read");
    }

    /// <summary>Hands the next item over. False: the snapshot ends here, and its checksum is right.</summary>
    /// <exception cref="CliException">The file is malformed or cut short.</exception>
    public bool ReadNext(ICommandSink sink)
    {
        RdbType type = (RdbType)_stream.TakeByte();
        switch (type)
        {
            case RdbType.End:
                CheckSum();
                return false;
            case RdbType.SelectDatabase:
                ulong number = _stream.TakeLength();
                sink.Select(number <= ushort.MaxValue ? (int)number : throw _stream.Malformed($"database {number}"));
                break;
            case RdbType.ExpirySeconds:
                _expiryMs = ExpiryOf((int)_stream.TakeUInt32() * 1000L);
                break;
            case RdbType.ExpiryMs:
                _expiryMs = ExpiryOf(_stream.TakeInt64());
                break;
            case RdbType.ResizeDatabase:
                _stream.TakeLength();
                _stream.TakeLength();
                break;
            case RdbType.Aux:
                _stream.TakeString();
                _stream.TakeString();
                break;
            case RdbType.Frequency:
                _stream.TakeByte();
                sink.LeaveOut("LFU counters of keys", isHint: true);
                break;
            case RdbType.Idle:
                _stream.TakeLength();
                sink.LeaveOut("LRU idle times of keys", isHint: true);
                break;
            case RdbType.Function:
                _stream.TakeString();
                sink.LeaveOut("function libraries", isHint: false);
                break;
            case RdbType.ModuleAux:
                // Module id; "when" with its type.
                _stream.TakeLength();
                _stream.TakeLength();
                _stream.TakeLength();
                RdbSkips.ModuleValue(_stream);
                sink.LeaveOut("auxiliary data of modules", isHint: false);
                break;
            default:
                ReadKey(type, sink);
                break;
        }
        return true;
    }

    public void Dispose()
    {
        _values.Dispose();
        _stream.Dispose();
    }

    // As in Redis: -1 means none, any other time before 1970 is in the past. No command accepts such a time.
    private static long ExpiryOf(long unixMs) => unixMs == -1 ? -1 : Math.Max(1, unixMs);

    private void ReadKey(RdbType type, ICommandSink sink)
    {
        (string name, string? command) = RdbValues.KindOf(type);
        if (name.Length == 0)
            throw _stream.Malformed($"a value of the unknown type {(byte)type}");
        byte[] key = _stream.TakeString().ToArray();
        bool isWanted = sink.BeginKey(name, command, key, _expiryMs);
        _values.Read(type, key, _expiryMs, isWanted ? sink : null);
        _expiryMs = -1;
    }

    // Eight bytes of zeros: Redis was configured not to compute it (rdbchecksum no).
    private void CheckSum()
    {
        ulong computed = _source.Crc;
        _source.IsSummed = false;
        if (_version < FirstSummedVersion)
            return;
        ulong told = (ulong)_stream.TakeInt64();
        if (told != 0 && told != computed)
            throw new CliException($"{_source.Path} is damaged: the checksum in the file is {told:x16}, the computed one {computed:x16}");
    }
}
