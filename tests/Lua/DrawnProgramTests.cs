using System.Diagnostics;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Lua;

/// <summary>Drawn programs say the same in the engine and in C Lua. A seed repeats a failure: PKV_LUA_SEED.</summary>
public sealed class DrawnProgramTests
{
    private const int BatchSize = 2500;

    [LuaFact]
    public void FiftyThousandDrawnProgramsSayTheSame() => Compare(50_000, TimeSpan.MaxValue, Seed(20_260));

    [LuaFact]
    [Trait("Category", "Long")]
    public void AMillionDrawnProgramsSayTheSame() => Compare(LongRun.Part(1_000_000), LongRun.Part(TimeSpan.FromMinutes(5)), Seed(77_000_000));

    private static int Seed(int otherwise) => int.TryParse(Environment.GetEnvironmentVariable("PKV_LUA_SEED"), out int seed) ? seed : otherwise;

    // Ends early when the time is over, which bounds the suite on a slow machine, but never before the first batches.
    private static void Compare(int count, TimeSpan limit, int seed)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Engine engine = new(new Pkv.Lua.LuaLimits { MemoryBytes = 1L << 30, HardMemoryBytes = 2L << 30 });
        for (int done = 0; done < count && (done < 50_000 || watch.Elapsed < limit); done += BatchSize)
        {
            string[] programs = [.. Enumerable.Range(seed + done, BatchSize).Select(s => new ProgramDrawer(s).Program())];
            Comparison.AssertSame(engine, programs);
        }
    }
}
