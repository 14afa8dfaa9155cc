using Pkv.Cli.Import;
using Pkv.Engine.Rdb;

namespace Pkv.Cli.Rdb;

/// <summary>The bytes of an RDB file.</summary>
internal sealed unsafe class RdbStream(ImportStream stream) : IRdbSource
{
    public ImportStream Source { get; } = stream;

    public long Remaining => Source.Remaining;

    public Exception Malformed(string what) => new CliException($"{Source.Path} is malformed before byte {Source.Position}: {what}");

    /// <summary>The next bytes of the file.</summary>
    public ReadOnlySpan<byte> Take(long bytes)
    {
        if (bytes > Source.Remaining)
            throw new CliException($"{Source.Path} is cut short: {bytes} bytes expected at byte {Source.Position}, {Source.Remaining} left");
        if (bytes > int.MaxValue)
            throw Malformed($"a string of {bytes} bytes");
        if (!Source.TryEnsure(bytes))
            throw new CliException($"{Source.Path} was truncated while it was being read");
        byte* at = Source.Current;
        Source.Skip(bytes);
        return new ReadOnlySpan<byte>(at, (int)bytes);
    }
}
