using Pkv.Resp;


namespace Pkv.Cli.Import;

/// <summary>
/// The commands of an append-only file, one a step: RESP arrays, and lines that begin with # (annotations, passed over).
/// A file that ends within a command or a transaction is torn; whatever else is not as it should be is malformed.
/// </summary>
internal sealed unsafe class AofReader(ImportStream stream) : IDisposable
{
    private const int MaxLineBytes = 64 * 1024;

    private readonly ArgList _args = new();
    private bool _inTransaction;

    /// <summary>Where the file was whole for the last time: what follows is torn.</summary>
    public long WholeEnd { get; private set; } = stream.Position;

    /// <summary>The file ends within a command, or within a transaction.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>Stop there, as an earlier reading said (see <see cref="WholeEnd"/>).</summary>
    public long StopAt { get; init; } = long.MaxValue;

    /// <summary>Passes the next command on. False: there is none.</summary>
    /// <exception cref="CliException">The file is malformed.</exception>
    public bool ReadNext(ICommandSink sink)
    {
        if (stream.Position >= StopAt)
            return false;
        long begin = stream.Position;
        if (!SkipAnnotations() || !TryParse(out long bytes))
        {
            IsTorn = _inTransaction || stream.Remaining > 0;
            return false;
        }
        ReadOnlySpan<byte> name = _args.Items[0].Span;
        if (!_inTransaction)
            WholeEnd = begin;
        if (System.Text.Ascii.EqualsIgnoreCase(name, "MULTI"u8))
            _inTransaction = true;
        else if (System.Text.Ascii.EqualsIgnoreCase(name, "EXEC"u8) || System.Text.Ascii.EqualsIgnoreCase(name, "DISCARD"u8))
            _inTransaction = false;
        sink.Replay(_args);
        stream.Skip(bytes);
        if (!_inTransaction)
            WholeEnd = stream.Position;
        return true;
    }

    public void Dispose() => _args.Dispose();

    // False: the file ends here.
    private bool SkipAnnotations()
    {
        while (stream.TryEnsure(1) && *stream.Current == '#')
        {
            stream.TryEnsure(MaxLineBytes);
            int line = new ReadOnlySpan<byte>(stream.Current, (int)Math.Min(stream.Available, MaxLineBytes)).IndexOf((byte)'\n');
            if (line < 0)
                return stream.Available >= MaxLineBytes ? throw Malformed("an annotation has no end") : false;
            stream.Skip(line + 1);
        }
        return stream.Available > 0;
    }

    private bool TryParse(out long bytes)
    {
        bytes = 0;
        if (*stream.Current != '*')
            throw Malformed("neither a command nor an annotation");
        ParseLimits limits = new() { MaxBulkBytes = int.MaxValue };
        while (true)
        {
            _args.Reset();
            long had = stream.Available;
            ParseResult result = RespParser.Parse(stream.Current, stream.Current + had, _args, limits);
            if (result.Status == ParseStatus.Invalid)
                throw Malformed(result.Error!);
            if (result.Status == ParseStatus.Complete)
            {
                bytes = result.Consumed;
                return _args.Count > 0 ? true : throw Malformed("a command without a name");
            }
            // More than the file has: torn, unless a length was damaged, which cannot be distinguished.
            if (result.Needed > stream.Remaining)
                return CutShort();
            stream.TryEnsure(Math.Max(result.Needed, 2 * had + 1));
            if (stream.Available == had)
                return CutShort();
        }
    }

    // Left out are only bytes that a crash explains.
    private bool CutShort() =>
        AofPrefix.IsBeginningOfCommand(stream.Current, stream.Current + stream.Available) ? false
        : throw Malformed("a command whose lines do not end with CR LF (was the file edited as text?)");

    private CliException Malformed(string what) => new($"{stream.Path} is malformed at byte {stream.Position}: {what}");
}
