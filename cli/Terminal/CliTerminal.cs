using Pkv.Server.Hosting;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Pkv.Cli.Terminal;

/// <summary>
/// Where a verb speaks: findings to standard output, progress and errors to standard error; bars and colours in a
/// terminal, plain lines in a log.
/// </summary>
internal sealed class CliTerminal(TextWriter output, TextWriter error, bool isTerminal)
{
    private const int LogWidth = 120;

    /// <summary>Findings: what a script would read.</summary>
    public TextWriter Out { get; } = output;

    /// <summary>Shows how far the work is.</summary>
    public IProgressSink Progress { get; } = isTerminal ? new TerminalProgress() : new PlainProgress(error);

    /// <summary>A line that is no finding: what is being done, what went wrong.</summary>
    public void Note(string line) => error.WriteLine(line);

    /// <summary>A table, as wide as the terminal.</summary>
    public void Write(IRenderable table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        if (!isTerminal)
            console.Profile.Width = LogWidth;
        console.Write(table);
    }
}
