using System.Security.Cryptography;
using Pkv.Cli;
using Pkv.Cli.Terminal;

namespace Pkv.Tests.Cli;

/// <summary>One run of pkv in this process: exit code and what it said.</summary>
internal sealed record CliRun(int Code, string Out, string Error)
{
    public static CliRun Of(params string[] arguments)
    {
        StringWriter output = new(), error = new();
        int code = CommandLine.Run(arguments, new CliTerminal(output, error, isTerminal: false));
        return new CliRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Everything it said, for the message of a test that fails.</summary>
    public override string ToString() => $"exit code {Code}\n{Out}\n{Error}";

    /// <summary>A hash of a file, to see that nothing touched it.</summary>
    public static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
