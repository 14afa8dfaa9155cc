using System.Text;
using Pkv.Lua;
using Pkv.Tests.House;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>Whatever bytes are compiled and run, whatever libraries are called with: a result, an error or a stop, never an exception of another kind.</summary>
public sealed class FuzzTests
{
    private const int Interrupts = 20;

    private static readonly LuaLimits Limits = new() { MemoryBytes = 4 << 20, HardMemoryBytes = 8 << 20, FuelPerInterrupt = 2000 };

    private static readonly string[] Tokens =
    [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true",
        "until", "while", "+", "-", "*", "/", "%", "^", "#", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".", "..", "...",
        "x", "y", "z", "self", "1", "2.5", "'s'", "\"t\"", "[[l]]", "0x1p4", "1e999", "--c\n", "\n", "string", "table", "t", "f", "@", "\\", "\0", "'", "[==[",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TokensInAnyOrderCompileOrFail(int seed)
    {
        Random random = new(seed);
        Engine engine = Bounded();
        for (int i = 0; i < 2500; i++)
            Try(engine, string.Join(' ', Enumerable.Range(0, random.Next(1, 40)).Select(_ => Tokens[random.Next(Tokens.Length)])));
    }

    [Fact]
    public void MutatedProgramsCompileRunOrFail()
    {
        Random random = new(3);
        Engine engine = Bounded();
        string[] snippets = Repository.Read("tests/Lua/snippets.txt").Split('\n');
        for (int i = 0; i < 3000; i++)
        {
            StringBuilder text = new(random.Next(2) == 0 ? snippets[random.Next(snippets.Length)] : new ProgramDrawer(i).Program());
            for (int change = random.Next(1, 4); change > 0 && text.Length > 0; change--)
            {
                int at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at));
                else
                    text.Insert(at, random.Next(3) == 0 ? (char)random.Next(256) : Tokens[random.Next(Tokens.Length)]);
            }
            Try(engine, text.ToString());
        }
    }

    [Fact]
    public void LibrariesTakeAnyArguments()
    {
        Random random = new(4);
        Engine engine = Bounded();
        string[] values =
        [
            "nil", "true", "0", "-1", "1", "2.5", "1e308", "-1e308", "0/0", "1/0", "2^31", "2^53", "-2^63", "''", "'a'", "('x'):rep(300)", "'%'", "'%b'", "'[a'", "'(()'",
            "'\\0'", "{}", "{1, 2, 3}", "setmetatable({}, {__index = function() return 1 end})", "print", "function(...) return ... end", "coroutine.create(function() end)",
            "newproxy(true)", "cjson.null", "'%99999d'", "'i99'", "'!8bc0s'", "'\\222\\255\\255\\255'", "('['):rep(2000)", "-0", "'0x'", "1e15",
        ];
        const string list = "string table math bit struct cjson cmsgpack coroutine _G";
        string[] functions = engine.Says($"""
            local names = {"{}"}
            for library in ('{list}'):gmatch('%S+') do
              for name, f in pairs(_G[library]) do
                if type(f) == 'function' then names[#names + 1] = library .. '.' .. name end
              end
            end
            return table.concat(names, ' ')
            """).Split(' ');
        Assert.True(functions.Length > 100, $"{functions.Length} functions");
        foreach (string function in functions)
        {
            for (int i = 0; i < 60; i++)
            {
                string arguments = string.Join(", ", Enumerable.Range(0, random.Next(5)).Select(_ => values[random.Next(values.Length)]));
                Try(engine, $"return {function}({arguments})");
            }
        }
    }

    private static Engine Bounded()
    {
        Engine engine = new(Limits);
        int left = 0;
        engine.State.Interrupt = () => left-- > 0;
        engine.BeforeRun = () => left = Interrupts;
        return engine;
    }

    private static void Try(Engine engine, string source)
    {
        try
        {
            engine.BeforeRun?.Invoke();
            engine.Says(source);
        }
        catch (Exception e) when (e is not LuaException)
        {
            Assert.Fail($"{e.GetType().Name}: {e.Message}\n{source}\n{e.StackTrace}");
        }
    }
}
