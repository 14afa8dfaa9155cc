using System.Diagnostics;
using Pkv.Resp;
using Pkv.Zio.Buffers;

namespace Pkv.Engine.Execution.Scripting;

/// <summary>Reads a reply back that a command has written, from a place in the gather buffer: what was written there, and the slices between.</summary>
internal unsafe ref struct ReplyCursor
{
    private readonly GatherBuffer _buffer;
    private byte* _next;
    private byte* _end;
    private int _at;
    private int _slice;

    /// <param name="buffer">Nothing is written to it meanwhile.</param>
    /// <param name="start">Where the reply begins.</param>
    /// <param name="slice">The first slice of it.</param>
    public ReplyCursor(GatherBuffer buffer, int start, int slice)
    {
        _buffer = buffer;
        (_at, _slice) = (start, slice);
    }

    /// <summary>The next line, without its end: it is in one piece always.</summary>
    public ReadOnlySpan<byte> Line()
    {
        Fill();
        byte* start = _next;
        while (*_next != '\r')
            _next++;
        ReadOnlySpan<byte> line = new(start, (int)(_next - start));
        _next += 2;
        Debug.Assert(_next <= _end, "a line lies in one piece");
        return line;
    }

    /// <summary>The bytes of a bulk string that lie in one piece, or none where they do not.</summary>
    public bool TryBulk(int length, out ReadOnlySpan<byte> bytes)
    {
        Fill();
        bytes = default;
        if (_end - _next < (long)length + 2)
            return false;
        bytes = new ReadOnlySpan<byte>(_next, length);
        _next += length + 2;
        return true;
    }

    /// <summary>Copies a bulk string's bytes, wherever they lie, and goes past its end.</summary>
    public void CopyBulk(Span<byte> to)
    {
        while (to.Length > 0)
        {
            Fill();
            int bytes = (int)Math.Min(to.Length, _end - _next);
            new ReadOnlySpan<byte>(_next, bytes).CopyTo(to);
            to = to[bytes..];
            _next += bytes;
        }
        for (int i = 0; i < 2; i++)
        {
            Fill();
            _next++;
        }
    }

    private void Fill()
    {
        while (_next == _end)
        {
            if (_slice < _buffer.SliceCount && _buffer.SliceAt(_slice).At == _at)
            {
                ref readonly GatherBuffer.Slice slice = ref _buffer.SliceAt(_slice++);
                _next = (byte*)slice.Start;
                _end = _next + slice.Bytes;
                continue;
            }
            int end = _slice < _buffer.SliceCount ? _buffer.SliceAt(_slice).At : _buffer.Length;
            Debug.Assert(end > _at, "a reply is whole");
            _next = _buffer.Base + _at;
            _end = _buffer.Base + end;
            _at = end;
        }
    }
}
