using System.Buffers.Text;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Pkv.Resp;

namespace Pkv.Cli.Import;

/// <summary>Builds a command in its own memory, argument by argument. Reused for each command.</summary>
internal sealed unsafe class CommandBuilder : IDisposable
{
    private const long KeptBytes = 1 << 20;

    private readonly List<(long Offset, int Length)> _arguments = [];
    private readonly ArgList _args = new();
    private byte* _data = (byte*)NativeMemory.Alloc((nuint)KeptBytes);
    private long _capacity = KeptBytes;

    /// <summary>Arguments so far, the name counted.</summary>
    public int Count => _arguments.Count;

    /// <summary>Bytes of the arguments so far.</summary>
    public long Bytes { get; private set; }

    public void Begin(ReadOnlySpan<byte> name)
    {
        Clear();
        if (_capacity > 4 * KeptBytes)
        {
            NativeMemory.Free(_data);
            _data = (byte*)NativeMemory.Alloc((nuint)KeptBytes);
            _capacity = KeptBytes;
        }
        Add(name);
    }

    /// <summary>Forgets the command.</summary>
    public void Clear()
    {
        _arguments.Clear();
        Bytes = 0;
    }

    public void Add(ReadOnlySpan<byte> argument)
    {
        Reserve(argument.Length);
        argument.CopyTo(new Span<byte>(_data + Bytes, argument.Length));
        _arguments.Add((Bytes, argument.Length));
        Bytes += argument.Length;
    }

    public void Add(long number)
    {
        Span<byte> text = stackalloc byte[Integers.MaxBytes];
        Utf8Formatter.TryFormat(number, text, out int length);
        Add(text[..length]);
    }

    /// <summary>The shortest text that reads back as the same number; "inf" and "-inf".</summary>
    public void Add(double number) => Add(Encoding.ASCII.GetBytes(
        double.IsInfinity(number) ? number > 0 ? "inf" : "-inf" : number.ToString("R", CultureInfo.InvariantCulture)));

    /// <summary>Exchanges the last two arguments.</summary>
    public void SwapLast() => (_arguments[^1], _arguments[^2]) = (_arguments[^2], _arguments[^1]);

    /// <summary>The command, valid until the next change.</summary>
    public ArgList Finish()
    {
        _args.Reset();
        foreach ((long offset, int length) in _arguments)
            _args.Add(_data + offset, length, framed: false);
        return _args;
    }

    public void Dispose()
    {
        NativeMemory.Free(_data);
        _data = null;
        _args.Dispose();
    }

    private void Reserve(long bytes)
    {
        if (Bytes + bytes <= _capacity)
            return;
        _capacity = Math.Max(Bytes + bytes, 2 * _capacity);
        _data = (byte*)NativeMemory.Realloc(_data, (nuint)_capacity);
    }
}
