using System.Buffers.Text;

namespace Pkv.Ycsb.Redis;

/// <summary>
/// Requests that wait to be sent, as RESP arrays of bulk strings, one behind the other. Grows as far as it must and then
/// allocates no more. Not thread-safe.
/// </summary>
internal sealed class RequestBuffer
{
    private const int NumberBytesMost = 20;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(16 * 1024, pinned: true);
    private int _from;
    private int _to;

    /// <summary>What is still to be sent.</summary>
    public ReadOnlySpan<byte> Waiting => _bytes.AsSpan(_from, _to - _from);

    /// <summary>The first of these bytes have been sent.</summary>
    public void Sent(int count)
    {
        _from += count;
        if (_from == _to) _from = _to = 0;
    }

    /// <summary>Begins a command of so many arguments, its name included.</summary>
    public void Begin(int arguments) => WriteHeader((byte)'*', arguments);

    public void Argument(ReadOnlySpan<byte> argument) => argument.CopyTo(Room(argument.Length));

    public void Argument(long number)
    {
        Span<byte> digits = stackalloc byte[NumberBytesMost];
        Utf8Formatter.TryFormat(number, digits, out int count);
        Argument(digits[..count]);
    }

    /// <summary>An argument of this length, to be filled by the caller before anything else is written.</summary>
    public Span<byte> Room(int length)
    {
        WriteHeader((byte)'$', length);
        Reserve(length + 2);
        Span<byte> argument = _bytes.AsSpan(_to, length);
        _to += length;
        WriteLineEnd();
        return argument;
    }

    private void WriteHeader(byte type, int number)
    {
        Reserve(1 + NumberBytesMost + 2);
        _bytes[_to++] = type;
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_to), out int count);
        _to += count;
        WriteLineEnd();
    }

    private void WriteLineEnd()
    {
        _bytes[_to++] = (byte)'\r';
        _bytes[_to++] = (byte)'\n';
    }

    private void Reserve(int count)
    {
        if (_to + count <= _bytes.Length) return;
        int waiting = _to - _from;
        byte[] target = waiting + count <= _bytes.Length / 2
            ? _bytes
            : GC.AllocateUninitializedArray<byte>(Math.Max(_bytes.Length * 2, waiting + count), pinned: true);
        Buffer.BlockCopy(_bytes, _from, target, 0, waiting);
        (_bytes, _from, _to) = (target, 0, waiting);
    }
}
