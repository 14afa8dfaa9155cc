using System.Text;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>Runs many programs in one run of the engine and one process of C Lua, and compares what each of them showed.</summary>
internal static class Comparison
{
    private const string Driver = """
        local emit = emit or function(s) io.write(s) end
        print = function() end
        local buffer, count = {}, 0
        local function show(v)
          local kind = type(v)
          if kind == 'number' or kind == 'nil' or kind == 'boolean' then return tostring(v) end
          if kind == 'string' then return string.format('%q', v) end
          return kind
        end
        local function put(...)
          for i = 1, select('#', ...) do
            count = count + 1
            buffer[count] = show((select(i, ...)))
          end
          count = count + 1
          buffer[count] = '\n'
        end
        local function p(...)
          if count > 4000 then error('too much output', 0) end
          put(...)
        end
        local function dump(t)
          for k, v in pairs(t) do p(k, v) end
          p('#', #t)
        end
        for i = 1, #programs do
          count = 0
          local f, e = loadstring(programs[i], '=p')
          if f then
            setfenv(f, setmetatable({p = p, dump = dump}, {__index = _G}))
            put('end', pcall(f))
          else
            put('syntax', e)
          end
          emit('\1' .. i .. '\n' .. table.concat(buffer, ' ', 1, count))
        end
        """;

    /// <summary>Fails with the first program that the two do not agree on.</summary>
    public static void AssertSame(Engine engine, IReadOnlyList<string> programs)
    {
        byte[] chunk = Encoding.Latin1.GetBytes(Source(programs));
        string[] expected = Parts(ReferenceLua.Run(chunk)), actual = Parts(engine.Emitted(chunk));
        for (int i = 0; i < programs.Count; i++)
        {
            // C Lua has no budget: a string that grows six-fold at each step may end within gigabytes there.
            bool isTooLarge = actual[i].TrimEnd().EndsWith("\"end\" false \"not enough memory\"", StringComparison.Ordinal);
            if (expected[i] != actual[i] && !isTooLarge)
                Assert.Fail($"program {i} differs:\n{programs[i]}\n-- lua5.1:\n{expected[i]}\n-- engine:\n{actual[i]}");
        }
        Assert.Equal(expected.Length, actual.Length);
    }

    private static string[] Parts(byte[] output) => Encoding.Latin1.GetString(output).Split('\u0001')[1..];

    private static string Source(IReadOnlyList<string> programs)
    {
        StringBuilder source = new("local programs = {\n");
        foreach (string program in programs)
            source.Append("[==[\n").Append(program).Append("]==],\n");
        return source.Append("}\n").Append(Driver.Replace("\r", "", StringComparison.Ordinal)).ToString();
    }
}
