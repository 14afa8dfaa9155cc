namespace Pkv.Lua;

/// <summary>The math library; random numbers as Redis gives them, the same on every machine.</summary>
internal static class MathLibrary
{
    public static void Open(LuaState state)
    {
        LuaTable library = state.NewTable();
        void Add(string name, HostBody body) => LuaLibraries.Add(state, library, name, body);
        void AddFunction(string name, Func<double, double> function) => Add(name, call => call.Return(function(call.CheckNumber(0))));
        // The frequent ones without a second call through a delegate.
        Add("abs", static call => call.Return(Math.Abs(call.CheckNumber(0))));
        Add("ceil", static call => call.Return(Math.Ceiling(call.CheckNumber(0))));
        Add("floor", static call => call.Return(Math.Floor(call.CheckNumber(0))));
        Add("sqrt", static call => call.Return(Math.Sqrt(call.CheckNumber(0))));
        AddFunction("acos", Math.Acos);
        AddFunction("asin", Math.Asin);
        AddFunction("atan", Math.Atan);
        AddFunction("cos", Math.Cos);
        AddFunction("cosh", Math.Cosh);
        AddFunction("deg", static x => x / (Math.PI / 180.0));
        AddFunction("exp", Math.Exp);
        AddFunction("log", static x => x < 0 ? double.NaN : Math.Log(x));
        AddFunction("log10", static x => x < 0 ? double.NaN : Math.Log10(x));
        AddFunction("rad", static x => x * (Math.PI / 180.0));
        AddFunction("sin", Math.Sin);
        AddFunction("sinh", Math.Sinh);
        AddFunction("tan", Math.Tan);
        AddFunction("tanh", Math.Tanh);
        // Of two bad arguments C names the second, which its compiler reads first.
        void AddTwo(string name, Func<double, double, double> function) => Add(name, call =>
        {
            double second = call.CheckNumber(1);
            return call.Return(function(call.CheckNumber(0), second));
        });
        AddTwo("atan2", Math.Atan2);
        AddTwo("fmod", static (a, b) => a % b);
        AddTwo("mod", static (a, b) => a % b);
        AddTwo("pow", Math.Pow);
        AddTwo("ldexp", static (a, b) => Math.ScaleB(a, (int)HostCall.ToInteger(b)));
        Add("frexp", Frexp);
        Add("max", static call => Extreme(call, isMax: true));
        Add("min", static call => Extreme(call, isMax: false));
        Add("modf", Modf);
        Add("random", RandomNumber);
        Add("randomseed", static call =>
        {
            call.State.Random.Seed(call.CheckInt(0));
            return call.ReturnNothing();
        });
        library.SetField(state.Name("pi"), new LuaValue(Math.PI));
        library.SetField(state.Name("huge"), new LuaValue(double.PositiveInfinity));
        state.SetGlobal("math", new LuaValue(library));
    }

    private static int Frexp(HostCall call)
    {
        double number = call.CheckNumber(0);
        int exponent = 0;
        if (number != 0 && double.IsFinite(number))
        {
            exponent = Math.ILogB(number) + 1;
            number = Math.ScaleB(number, -exponent);
        }
        return call.Return(new LuaValue(number), new LuaValue(exponent));
    }

    private static int Modf(HostCall call)
    {
        double number = call.CheckNumber(0), whole = Math.Truncate(number);
        double fraction = double.IsInfinity(number) ? Math.CopySign(0, number) : Math.CopySign(number - whole, number);
        return call.Return(new LuaValue(whole), new LuaValue(fraction));
    }

    private static int Extreme(HostCall call, bool isMax)
    {
        double best = call.CheckNumber(0);
        int count = call.Count;
        for (int i = 1; i < count; i++)
        {
            double number = call.CheckNumber(i);
            if (isMax ? number > best : number < best)
                best = number;
        }
        return call.Return(best);
    }

    private static int RandomNumber(HostCall call)
    {
        double random = (double)(call.State.Random.Next() % RandomNumbers.Max) / RandomNumbers.Max;
        switch (call.Count)
        {
            case 0:
                return call.Return(random);
            case 1:
                int most = call.CheckInt(0);
                if (most < 1)
                    throw call.ArgumentError(0, "interval is empty");
                return call.Return(Math.Floor(random * most) + 1);
            case 2:
                int from = call.CheckInt(0), to = call.CheckInt(1);
                if (from > to)
                    throw call.ArgumentError(1, "interval is empty");
                return call.Return(Math.Floor(random * unchecked(to - from + 1)) + from);
            default:
                throw call.Error("wrong number of arguments");
        }
    }
}
