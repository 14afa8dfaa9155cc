using System.Reflection;
using System.Text;
using Pkv.Cli.Terminal;
using Pkv.Cli.Verbs;
using Pkv.Persistence.Format;
using Pkv.Persistence.Media;

namespace Pkv.Cli;

/// <summary>The command line of pkv, the tool for pools that no server has open. Exit codes: <see cref="ExitCode"/>.</summary>
internal static class CommandLine
{
    private const int SynopsisWidth = 50;

    public static int Run(IReadOnlyList<string> arguments, CliTerminal terminal)
    {
        string first = arguments.Count > 0 ? arguments[0] : "";
        List<string> rest = [.. arguments.Skip(1)];
        try
        {
            switch (first)
            {
                case "":
                    throw new UsageException("a verb is missing");
                case "--version" or "version":
                    terminal.Out.WriteLine(Version());
                    return ExitCode.Sound;
                case "help" or "--help" or "-h":
                    terminal.Out.WriteLine(rest.Count == 0 ? Usage() : VerbTable.Find(rest[0]).Help);
                    return ExitCode.Sound;
            }
            Verb verb = VerbTable.Find(first);
            if (AsksForHelp(rest))
            {
                terminal.Out.WriteLine(verb.Help);
                return ExitCode.Sound;
            }
            return verb.Run(new Arguments(verb, rest), terminal);
        }
        catch (Exception e) when (e is CliException or MediumException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            terminal.Progress.Done();
            terminal.Note($"pkv: {e.Message}");
            return ExitCode.Failed;
        }
    }

    // Behind "--" everything is a word, also --help.
    private static bool AsksForHelp(List<string> rest) => rest.TakeWhile(word => word != "--").Any(word => word is "--help" or "-h");

    private static string Version() =>
        $"pkv {typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion}, pool format {PoolHeader.CurrentVersion}";

    private static string Usage()
    {
        StringBuilder text = new("usage: pkv VERB POOL [options]          the pool's server must be stopped\n\n");
        foreach (Verb verb in VerbTable.All)
            text.Append("  ").Append($"{verb.Name} {verb.Synopsis}".PadRight(SynopsisWidth)).Append(' ').Append(verb.Summary).Append('\n');
        text.Append("""

              pkv VERB --help     the options of a verb
              pkv --version       the version of this tool and its pool format

            exit codes: 0 done and sound; 1 done, but there is damage, something was left out, or no server answered; 2 not done
            """);
        return text.ToString();
    }
}
