using System.Buffers;
using Pkv.Cli.Rdb;

namespace Pkv.Cli.Import;

/// <summary>
/// What is to be imported, read from front to end, one item a step: a snapshot, or the files of a log one after the other,
/// of which the first may begin with a snapshot. Recreated for each pass.
/// </summary>
internal sealed unsafe class ImportSource : IDisposable
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private readonly IReadOnlyList<string> _files;
    private readonly bool _isSnapshot;
    private readonly long _stopAt;
    private int _next;
    private long _bytesBefore;
    private ImportStream? _stream;
    private RdbReader? _rdb;
    private AofReader? _aof;

    private ImportSource(IReadOnlyList<string> files, bool isSnapshot, long stopAt)
    {
        _files = files;
        _isSnapshot = isSnapshot;
        _stopAt = stopAt;
        foreach (string file in files)
        {
            if (!File.Exists(file))
                throw new CliException(Directory.Exists(file) ? $"{file} is a directory" : $"there is no file {file}");
            TotalBytes += new FileInfo(file).Length;
        }
    }

    /// <summary>Bytes of all files.</summary>
    public long TotalBytes { get; }

    /// <summary>Bytes read.</summary>
    public long DoneBytes => _bytesBefore + (_stream?.Position ?? 0);

    /// <summary>The last file ends within a command or a transaction.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Where the last file was whole for the last time.</summary>
    public long WholeEnd { get; private set; } = long.MaxValue;

    /// <summary>Bytes of the last file after <see cref="WholeEnd"/>.</summary>
    public long TornBytes { get; private set; }

    /// <summary>A snapshot alone (an RDB file).</summary>
    public static ImportSource Snapshot(string path) => new([path], isSnapshot: true, long.MaxValue);

    /// <summary>A log: a file, a manifest, or a folder with one.</summary>
    /// <param name="path">Which.</param>
    /// <param name="stopAt">Where an earlier reading found the last file torn.</param>
    public static ImportSource Log(string path, long stopAt = long.MaxValue)
    {
        bool hasManifest = Directory.Exists(path) || (path.EndsWith(AofManifest.Extension, StringComparison.Ordinal) && File.Exists(path));
        return new(hasManifest ? AofManifest.FilesOf(path) : [path], isSnapshot: false, stopAt);
    }

    /// <summary>Hands the next item over. False: everything was read.</summary>
    /// <exception cref="CliException">A file is malformed, cut short, or torn and not the last.</exception>
    public bool ReadNext(ICommandSink sink)
    {
        if (_stream is null && !OpenNext(sink))
            return false;
        if (_rdb is not null)
        {
            if (_rdb.ReadNext(sink))
                return true;
            _rdb.Dispose();
            _rdb = null;
            sink.Select(0);
            SkipTransferMark();
            if (_isSnapshot && _stream!.Remaining > 0)
                throw new CliException($"{_stream.Path} has {_stream.Remaining} more bytes after its snapshot: is it a log, for import-aof?");
        }
        if (!_isSnapshot)
        {
            _aof ??= new AofReader(_stream!) { StopAt = _next == _files.Count ? _stopAt : long.MaxValue };
            if (_aof.ReadNext(sink))
                return true;
            EndLog();
        }
        _bytesBefore += _stream!.Length;
        _stream.Dispose();
        _stream = null;
        return _next < _files.Count;
    }

    public void Dispose()
    {
        _rdb?.Dispose();
        _aof?.Dispose();
        _stream?.Dispose();
    }

    // Every file, and the log after a snapshot, begins on database 0.
    private bool OpenNext(ICommandSink sink)
    {
        if (_next == _files.Count)
            return false;
        _stream = new ImportStream(_files[_next++]);
        sink.Select(0);
        bool beginsAsSnapshot = _stream.TryEnsure(5) && new ReadOnlySpan<byte>(_stream.Current, 5).SequenceEqual("REDIS"u8);
        if (_isSnapshot || beginsAsSnapshot)
            _rdb = new RdbReader(_stream);
        return true;
    }

    // redis-cli --rdb - outputs what a diskless master sends: after the snapshot, the 40 characters that mark the end of
    // the transfer. The program that wrote the file may have added a line end. Redis loads such a file as well.
    private void SkipTransferMark()
    {
        const int markBytes = 40;
        int rest = (int)Math.Min(_stream!.Remaining, markBytes + 3);
        _stream.TryEnsure(rest);
        ReadOnlySpan<byte> tail = new(_stream.Current, rest);
        ReadOnlySpan<byte> behind = tail.Length >= markBytes && tail[..markBytes].IndexOfAnyExcept(HexDigits) < 0 ? tail[markBytes..] : tail;
        if (behind.IsEmpty || behind.SequenceEqual("\n"u8) || behind.SequenceEqual("\r\n"u8))
            _stream.Skip(rest);
    }

    private void EndLog()
    {
        if (_aof!.IsTorn)
        {
            if (_next < _files.Count)
                throw new CliException($"{_stream!.Path} is cut short within a command after byte {_aof.WholeEnd}, and is not the last file of the log");
            IsTorn = true;
            WholeEnd = _aof.WholeEnd;
            TornBytes = _stream!.Length - WholeEnd;
        }
        _aof.Dispose();
        _aof = null;
    }
}
