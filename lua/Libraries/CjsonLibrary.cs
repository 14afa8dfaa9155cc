namespace Pkv.Lua;

/// <summary>lua-cjson 2.1.0: the functions and their options.</summary>
internal static class CjsonLibrary
{
    private static readonly string[] OffOn = ["off", "on"], OffOnNull = ["off", "on", "null"];

    public static void Open(LuaState state) => state.SetGlobal("cjson", new LuaValue(Make(state)));

    private static LuaTable Make(LuaState state)
    {
        CjsonOptions options = new();
        LuaTable library = state.NewTable();
        void Add(string name, HostBody body) => LuaLibraries.Add(state, library, name, body);
        Add("encode", call => CjsonEncoder.Encode(call, options));
        Add("decode", call => CjsonDecoder.Decode(call, options));
        Add("encode_sparse_array", call => SparseArray(call, options));
        Add("encode_max_depth", call => Integer(Ready(call, 1), 0, ref options.EncodeMaxDepth, 1, int.MaxValue));
        Add("decode_max_depth", call => Integer(Ready(call, 1), 0, ref options.DecodeMaxDepth, 1, int.MaxValue));
        Add("encode_number_precision", call => Integer(Ready(call, 1), 0, ref options.NumberPrecision, 1, 14));
        Add("encode_keep_buffer", call => Choice(Ready(call, 1), 0, ref options.KeepBuffer, OffOn));
        Add("encode_invalid_numbers", call => Choice(Ready(call, 1), 0, ref options.EncodeInvalidNumbers, OffOnNull));
        Add("decode_invalid_numbers", call => Choice(Ready(call, 1), 0, ref options.DecodeInvalidNumbers, OffOn));
        Add("new", static call => call.Return(new LuaValue(Make(call.State))));
        library.SetField(state.Name("null"), LuaValue.NullPointer);
        library.SetField(state.Name("_NAME"), new LuaValue(state.Name("cjson")));
        library.SetField(state.Name("_VERSION"), new LuaValue(state.Name("2.1.0")));
        return library;
    }

    private static HostCall Ready(HostCall call, int count)
    {
        if (call.Count > count)
            throw call.ArgumentError(count, "found too many arguments");
        call.SetCount(count);
        return call;
    }

    private static int Integer(HostCall call, int index, ref int setting, int min, int max)
    {
        if (!call.At(index).IsNil)
        {
            long value = call.CheckInteger(index);
            if (value < min || value > max)
                throw call.ArgumentError(0, $"expected integer between {min} and {max}");
            setting = (int)value;
        }
        return call.Return(setting);
    }

    private static int Choice(HostCall call, int index, ref int setting, string[] names)
    {
        LuaValue value = call.At(index);
        if (value.Type == LuaType.Boolean)
            setting = value.IsTrue ? 1 : 0;
        else if (!value.IsNil)
        {
            string name = Text.UpToZero(call.CheckString(index));
            int found = Array.IndexOf(names, name);
            setting = found >= 0 ? found : throw call.ArgumentError(index, $"invalid option '{name}'");
        }
        return call.Return(setting <= 1 ? LuaValue.Boolean(setting == 1) : new LuaValue(call.State.Name(names[setting])));
    }

    private static int SparseArray(HostCall call, CjsonOptions options)
    {
        Ready(call, 3);
        Choice(call, 0, ref options.SparseConvert, OffOn);
        Integer(call, 1, ref options.SparseRatio, 0, int.MaxValue);
        Integer(call, 2, ref options.SparseSafe, 0, int.MaxValue);
        return 3;
    }
}
