using Pkv.Cli.Import;
using Pkv.Server.Rdb;

namespace Pkv.Cli.Rdb;

/// <summary>
/// Puts the elements of a collection into commands (RPUSH k a b …, HSET k f v …), as many into one as are reasonable: a
/// small collection becomes one command, and so one record.
/// </summary>
internal sealed class ElementWriter(CommandBuilder builder) : IRdbElements
{
    private const int MaxArguments = 1024;
    private const long MaxBytes = 1 << 20;

    private ICommandSink? _sink;
    private string _command = "";
    private byte[] _key = [];
    private int _perElement;
    private int _pending;
    private bool _swaps;

    /// <summary>Elements (pairs count once) of the collection.</summary>
    public long Count { get; private set; }

    /// <param name="sink">Null: nobody wants the commands; elements are counted all the same.</param>
    /// <param name="command">The command that adds elements.</param>
    /// <param name="key">Of the collection.</param>
    /// <param name="perElement">Arguments an element has.</param>
    /// <param name="swaps">Members come before their scores, and go the other way round.</param>
    public void Begin(ICommandSink? sink, string command, byte[] key, int perElement, bool swaps = false)
    {
        (_sink, _command, _key, _perElement, _swaps) = (sink, command, key, perElement, swaps);
        Count = _pending = 0;
    }

    /// <summary>The next part of an element.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        if (_sink is not null)
        {
            Prepare();
            builder.Add(part);
        }
        EndPart();
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{byte})"/>
    public void Add(double score)
    {
        if (_sink is not null)
        {
            Prepare();
            builder.Add(score);
        }
        EndPart();
    }

    /// <summary>Hands the last command over. Returns what is wrong, or null.</summary>
    public string? End()
    {
        if (_pending != 0)
            return "a collection that ends within a pair";
        Flush();
        return null;
    }

    private void Prepare()
    {
        if (builder.Count != 0)
            return;
        builder.Begin(System.Text.Encoding.ASCII.GetBytes(_command));
        builder.Add(_key);
    }

    private void EndPart()
    {
        if (++_pending < _perElement)
            return;
        _pending = 0;
        Count++;
        if (_sink is null)
            return;
        if (_swaps)
            builder.SwapLast();
        if (builder.Count >= MaxArguments || builder.Bytes >= MaxBytes)
            Flush();
    }

    private void Flush()
    {
        if (_sink is not null && builder.Count != 0)
            _sink.Make(builder.Finish());
        builder.Clear();
    }
}
