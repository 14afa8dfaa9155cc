using System.Text;
using Pkv.Bench.Client;
using Pkv.Bench.Native;

namespace Pkv.Bench.Types;

/// <summary>
/// One connection's requests of a shape and the check of their replies. Each connection has keys of its own (all numbers
/// that are equal modulo the connections), so what it must be answered follows from what it asked before, whatever the
/// others do meanwhile.
/// </summary>
internal sealed unsafe class TypedTraffic : ITraffic
{
    // A prime: its multiples visit all keys before the first comes again, far from each other.
    private const ulong Stride = 1_000_003;
    private const uint Stamps = 100_000_000;

    private readonly Exchange[] _cycle;
    private readonly Draw _draw;
    private readonly uint _keys;
    private readonly uint _ownKeys;
    private readonly uint _connections;
    private readonly uint _index;
    private readonly uint _sets;
    private readonly NativeBuffer _block;
    private readonly NativeBuffer _vector = new(sizeof(IoVector));
    private readonly NativeBuffer _right;
    private readonly byte[] _partial;
    private readonly DrawnNumbers[] _numbers;
    private readonly byte[] _turns;
    private DrawnNumbers _current;
    private ulong _step;
    private int _turn;
    private int _count;
    private int _next;
    private int _partialBytes;
    private int _rightBytes;

    /// <param name="cycle">Requests in turn.</param>
    /// <param name="draw">How keys are drawn.</param>
    /// <param name="keys">Of the data set.</param>
    /// <param name="pipeline">Requests in a batch at most.</param>
    /// <param name="index">Of this connection.</param>
    /// <param name="connections">Of how many.</param>
    public TypedTraffic(Exchange[] cycle, Draw draw, int keys, int pipeline, int index, int connections)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keys, connections);
        if ((ulong)keys % Stride == 0) throw new ArgumentException($"{keys} keys: any number but multiples of {Stride}");
        _cycle = cycle;
        _draw = draw;
        _keys = (uint)keys;
        _ownKeys = (uint)(keys / connections);
        _connections = (uint)connections;
        _index = (uint)index;
        _sets = (uint)TypedShapes.SetsFor(keys);
        _block = new NativeBuffer((long)cycle.Max(e => e.Request.Bytes.Length) * pipeline);
        int longest = cycle.Max(e => e.Reply.LengthMax);
        _right = new NativeBuffer(longest);
        _partial = new byte[longest];
        _numbers = new DrawnNumbers[pipeline];
        _turns = new byte[pipeline];
    }

    public IoVector* Vectors => (IoVector*)_vector.Address;

    public int VectorCount => 1;

    public int Remaining => _count - _next;

    /// <summary>What the batch's request at <paramref name="index"/> is.</summary>
    public Exchange ExchangeOf(int index) => _cycle[_turns[index]];

    /// <summary>What it was made with.</summary>
    public DrawnNumbers NumbersOf(int index) => _numbers[index];

    /// <summary>The traffic of all connections.</summary>
    public static TypedTraffic[] ForAll(Exchange[] cycle, Draw draw, int keys, int pipeline, int connections) =>
        [.. Enumerable.Range(0, connections).Select(i => new TypedTraffic(cycle, draw, keys, pipeline, i, connections))];

    public void Begin(int count, ref KeyPicker picker)
    {
        _count = count;
        _next = 0;
        byte* at = _block.Address;
        for (int i = 0; i < count; i++)
        {
            if (_turn == 0) _current = DrawNumbers(ref picker);
            Template request = _cycle[_turn].Request;
            request.Bytes.CopyTo(new Span<byte>(at, request.Bytes.Length));
            request.Patch(at, _current, _sets);
            at += request.Bytes.Length;
            _numbers[i] = _current;
            _turns[i] = (byte)_turn;
            _turn = _turn + 1 == _cycle.Length ? 0 : _turn + 1;
        }
        *Vectors = new IoVector(_block.Address, (int)(at - _block.Address));
        LayOutRight();
    }

    public int Accept(ReadOnlySpan<byte> data)
    {
        int before = _next;
        while (data.Length > 0)
        {
            if (_next == _count) throw new BadReplyException($"bytes beyond the last reply: \"{Text(data)}\"");
            if (_partialBytes == 0 && data.Length >= _rightBytes)
            {
                Check(data[.._rightBytes], data);
                data = data[_rightBytes..];
                Advance();
                continue;
            }
            data = AcceptPart(data);
        }
        return _next - before;
    }

    public void Dispose()
    {
        _block.Dispose();
        _vector.Dispose();
        _right.Dispose();
    }

    private ReadOnlySpan<byte> AcceptPart(ReadOnlySpan<byte> data)
    {
        int take = Math.Min(_rightBytes - _partialBytes, data.Length);
        data[..take].CopyTo(_partial.AsSpan(_partialBytes));
        _partialBytes += take;
        ReadOnlySpan<byte> seen = _partial.AsSpan(0, _partialBytes);
        if (_partialBytes == _rightBytes)
        {
            Check(seen, seen);
            Advance();
            return data[take..];
        }
        // An error may be shorter than what is awaited: nothing would come after it.
        int comparable = Math.Min(_partialBytes, ExchangeOf(_next).Reply.FirstLineBytes(_rightBytes));
        if (!seen[..comparable].SequenceEqual(new ReadOnlySpan<byte>(_right.Address, comparable))) throw Wrong(seen);
        return data[take..];
    }

    private void Check(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> shown)
    {
        if (!ExchangeOf(_next).Reply.Matches(new ReadOnlySpan<byte>(_right.Address, _rightBytes), reply)) throw Wrong(shown);
    }

    private void Advance()
    {
        _partialBytes = 0;
        if (++_next < _count) LayOutRight();
    }

    private void LayOutRight() => _rightBytes = ExchangeOf(_next).Reply.Write(_right.Address, _numbers[_next], _sets);

    private DrawnNumbers DrawNumbers(ref KeyPicker picker)
    {
        ulong step = _step++;
        uint pass = 0, key;
        switch (_draw)
        {
            case Draw.Fill:
                key = (uint)(picker.NextKey() * Stride % _keys);
                break;
            case Draw.Walk:
                key = (uint)(step * Stride % _ownKeys) * _connections + _index;
                pass = (uint)(step / _ownKeys);
                break;
            case Draw.Fresh:
                key = _keys + (uint)step * _connections + _index;
                break;
            default:
                key = Below(ref picker, _ownKeys) * _connections + _index;
                break;
        }
        return new DrawnNumbers(key, pass, Below(ref picker, Stamps), Below(ref picker, TypedShapes.Fields));
    }

    private static uint Below(ref KeyPicker picker, uint bound) => (uint)((ulong)picker.NextRandom() * bound >> 32);

    private BadReplyException Wrong(ReadOnlySpan<byte> seen)
    {
        Exchange exchange = ExchangeOf(_next);
        string request = Encoding.ASCII.GetString(exchange.Request.Bytes).Replace("\r\n", " ");
        return new BadReplyException($"{request[..Math.Min(72, request.Length)]}… with {_numbers[_next]}: expected "
            + $"\"{Text(new ReadOnlySpan<byte>(_right.Address, _rightBytes))}\", received \"{Text(seen)}\"");
    }

    private static string Text(ReadOnlySpan<byte> bytes) =>
        Encoding.Latin1.GetString(bytes[..Math.Min(96, bytes.Length)]).Replace("\r\n", "\\r\\n");
}
