using System.Diagnostics;

namespace Pkv.Tests.Support;

/// <summary>One run, from its start to its end, of a program that lies beside the tests: exit code and what it said.</summary>
public sealed record ProgramRun(int Code, string Out, string Error)
{
    /// <param name="name">Of the program: "pkv-bench".</param>
    /// <param name="arguments">Its arguments, with which it must end by itself.</param>
    public static ProgramRun Of(string name, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, $"{name}.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Both at once: whoever fills the pipe that nobody reads would wait for ever.
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProgramRun(process.ExitCode, output, error.GetAwaiter().GetResult());
    }

    /// <summary>Everything it said, for the message of a test that fails.</summary>
    public override string ToString() => $"exit code {Code}\n{Out}\n{Error}";
}
