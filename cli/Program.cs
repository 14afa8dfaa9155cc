using Pkv.Cli;
using Pkv.Cli.Terminal;

Pkv.Persistence.Media.FileSizeLimit.MakeItAnError();
return CommandLine.Run(args, new CliTerminal(Console.Out, Console.Error, isTerminal: !Console.IsOutputRedirected));
