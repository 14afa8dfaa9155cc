using System.Runtime.CompilerServices;

namespace Pkv.Lua;

/// <summary>
/// The memory budget of a script. Allocations are counted as they are made; the runtime's collector frees them unseen, so when the
/// count passes the limit, a census of what the script can still reach replaces it.
/// </summary>
internal sealed class ScriptMemory(LuaState state)
{
    private long _used, _atCensus;

    public long Used => _used;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Charge(long bytes)
    {
        _used += bytes;
        if (_used > state.Limits.MemoryBytes)
            Check(bytes);
    }

    // A census costs time in proportion to what lives: one is taken only after a sixteenth of the limit has been allocated since the last.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Check(long bytes)
    {
        _used -= bytes;
        long limit = state.Limits.MemoryBytes;
        if (bytes <= limit && _used - _atCensus >= limit >> 4)
        {
            (_used, long visited) = MemoryCensus.Take(state, clearsWeak: false);
            _atCensus = _used;
            state.Fuel -= visited >> 2;
        }
        if (_used + bytes <= limit)
            _used += bytes;
        else if (_used + bytes > state.Limits.HardMemoryBytes)
            throw new LuaStopException("not enough memory");
        else
            throw new LuaException(new LuaValue(state.Name("not enough memory"))) { IsOutOfMemory = true };
    }

    /// <summary>Replaces the count by what lives, clearing weak tables, as collectgarbage() promises.</summary>
    public void Collect()
    {
        (_used, long visited) = MemoryCensus.Take(state, clearsWeak: true);
        _atCensus = _used;
        state.Spend(visited >> 2);
    }

    public void Reset() => _used = _atCensus = 0;
}
