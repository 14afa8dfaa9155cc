using Pkv.Bench.Cli;

return Commands.Run(args);
