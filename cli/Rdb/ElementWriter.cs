using Pkv.Cli.Import;
using Pkv.Engine.Commands.Dump;
using Pkv.Engine.Rdb;
using Pkv.Resp;

namespace Pkv.Cli.Rdb;

/// <summary>
/// Puts the elements of a collection into commands (RPUSH k a b …, HSET k f v …), as many into one as are reasonable: a
/// small collection becomes one command, and so one record. Where nobody wants the commands, it checks what commands would hide:
/// a duplicate member or field, and a score that is not a number.
/// </summary>
internal sealed class ElementWriter(CommandBuilder builder) : IRdbElements, IDisposable
{
    private const int MaxArguments = 1024;
    private const long MaxBytes = 1 << 20;

    private ICommandSink? _sink;
    private string _command = "";
    private byte[] _key = [];
    private int _perElement;
    private int _pending;
    private bool _swaps;
    private UniqueNames? _names;
    private string? _error;

    /// <summary>Elements (pairs count once) of the collection.</summary>
    public long Count { get; private set; }

    /// <param name="sink">Null: nobody wants the commands; elements are counted and checked.</param>
    /// <param name="command">The command that adds elements.</param>
    /// <param name="key">Of the collection.</param>
    /// <param name="perElement">Arguments an element has.</param>
    /// <param name="swaps">Members come before their scores in the file, and after them in the command.</param>
    /// <param name="isUnique">The first part of each element must be unique.</param>
    public void Begin(ICommandSink? sink, string command, byte[] key, int perElement, bool swaps = false, bool isUnique = false)
    {
        _names = sink is null && isUnique ? new UniqueNames() : null;
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
        else if (_pending == 0 && _names is not null && !_names.TryAdd(part))
            _error = "a duplicate element";
        else if (_pending == 1 && _swaps && (!Doubles.TryParse(part, out double score) || double.IsNaN(score)))
            _error = "a score that is not a number";
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
        return _error;
    }

    public void Dispose() => _names?.Dispose();

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
