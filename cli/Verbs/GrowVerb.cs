using Pkv.Cli.Terminal;
using Pkv.Persistence.Media;
using Pkv.Persistence.Segments;
using Pkv.Server.Configuration;
using Pkv.Server.Hosting;

namespace Pkv.Cli.Verbs;

/// <summary>
/// <c>grow POOL --to SIZE</c>: makes the pool's file larger. A <c>dax</c> pool cannot grow while it is mapped; the others grow by
/// themselves, up to pool-size, and need this only to have the room reserved.
/// </summary>
internal static class GrowVerb
{
    public static int Run(Arguments arguments, CliTerminal terminal)
    {
        string path = Path.GetFullPath(arguments.Word("the pool's path"));
        long wanted = arguments.RequiredSize("to");
        MediumChoice medium = arguments.Medium();
        arguments.End();
        CheckHeader(path, medium);
        long bytes = PoolGrowth.WholeBytes(wanted);
        long before = PoolGrowth.Grow(path, bytes);
        terminal.Out.WriteLine($"the pool {path} has {Printable.Number(bytes)} bytes now, {Printable.Number(before)} before; start the server with a --pool-size of at least that, or without the option");
        return ExitCode.Sound;
    }

    // Only what a server would open is made longer.
    private static void CheckHeader(string path, MediumChoice medium)
    {
        MediumFactory.Choice choice = MediumFactory.OpenForReading(new PkvOptions { Pool = path, Medium = medium });
        try
        {
            using Pool pool = Pool.Open(choice.Medium, new PoolOptions { MaxBytes = long.MaxValue / 2, Threads = 1 });
            if (pool.Created)
                throw new CliException($"there is no pool in {path} yet: the server creates it with the size that --pool-size says");
        }
        catch (MediumException)
        {
            choice.Medium.Dispose();
            throw;
        }
    }
}
