using Pkv.Cli;
using Pkv.Cli.Terminal;

return CommandLine.Run(args, new CliTerminal(Console.Out, Console.Error, isTerminal: !Console.IsOutputRedirected));
