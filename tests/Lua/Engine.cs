using System.Text;
using Pkv.Lua;

namespace Pkv.Tests.Lua;

/// <summary>An engine with all libraries, and the function "emit" that gathers output.</summary>
internal sealed class Engine
{
    private readonly MemoryStream _output = new();

    public Engine(LuaLimits? limits = null)
    {
        State = new LuaState(limits);
        LuaLibraries.OpenAll(State);
        State.SetGlobal("emit", new LuaValue(State.Function("emit", call =>
        {
            for (int i = 0; i < call.Count; i++)
                _output.Write(call[i].Bytes);
            return call.ReturnNothing();
        })));
        State.SetGlobal("print", new LuaValue(State.Function("print", static call => call.ReturnNothing())));
    }

    public LuaState State { get; }

    public LuaOutcome Run(string source) => State.Run(State.Compile("=s", Encoding.Latin1.GetBytes(source)));

    /// <summary>Runs a chunk that must complete; what it emitted.</summary>
    public byte[] Emitted(byte[] chunk)
    {
        _output.SetLength(0);
        LuaOutcome outcome = State.Run(State.Compile("=s", chunk));
        if (outcome != LuaOutcome.Completed)
            throw new InvalidOperationException($"{outcome}: {ErrorText}");
        return _output.ToArray();
    }

    /// <summary>What a test does before each run of it.</summary>
    public Action? BeforeRun { get; set; }

    public string ErrorText => Encoding.Latin1.GetString(State.ErrorValue.Bytes);

    /// <summary>What a chunk returns or fails with, in words.</summary>
    public string Says(string source)
    {
        try
        {
            return Run(source) switch
            {
                LuaOutcome.Completed => string.Join(' ', State.Results.ToArray().Select(Show)),
                LuaOutcome.Failed => $"error: {Show(State.ErrorValue)}",
                _ => $"stopped: {ErrorText}",
            };
        }
        catch (LuaException error)
        {
            return $"syntax: {error.Message}";
        }
    }

    private static string Show(LuaValue value) => value.Type switch
    {
        LuaType.Nil => "nil",
        LuaType.Boolean => value.IsTrue ? "true" : "false",
        LuaType.Number => value.Number.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        LuaType.String => Encoding.Latin1.GetString(value.Bytes),
        LuaType other => other.ToString().ToLowerInvariant(),
    };
}
