using Pkv.Ycsb.Cli;

return YcsbProgram.Run(args);
