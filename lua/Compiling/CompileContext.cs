namespace Pkv.Lua;

/// <summary>What the parts of one compilation share: the chunk's name, its strings, and the budget they are charged to.</summary>
internal sealed class CompileContext
{
    private readonly LuaState _state;
    private readonly Dictionary<LuaString, LuaString> _strings = new(LuaStringComparer.Instance);
    private readonly Dictionary<LuaString, LuaString>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    public CompileContext(LuaState state, LuaString source)
    {
        _state = state;
        _bySpan = _strings.GetAlternateLookup<ReadOnlySpan<byte>>();
        Source = source;
    }

    public LuaString Source { get; }

    /// <summary>The one string of this chunk with these bytes; a library's name is the library's own string.</summary>
    public LuaString Intern(ReadOnlySpan<byte> bytes)
    {
        if (_state.TryGetName(bytes, out LuaString? name))
            return name;
        if (_bySpan.TryGetValue(bytes, out LuaString? known))
            return known;
        Charge(LuaString.Overhead + 48 + bytes.Length);
        LuaString made = new(bytes.ToArray());
        _ = made.Hash;
        _strings.Add(made, made);
        return made;
    }

    public void Charge(long bytes)
    {
        _state.Charge(bytes);
        if (--_state.Fuel < 0)
            _state.FuelSpent();
    }

    public LuaException Error(string message) => new(new LuaValue(_state.String(message)));
}
