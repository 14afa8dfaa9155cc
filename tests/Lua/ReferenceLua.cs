using System.Diagnostics;
using Pkv.Tests.Support;

namespace Pkv.Tests.Lua;

/// <summary>Debian's lua5.1: the truth that the engine is compared with.</summary>
internal static class ReferenceLua
{
    private const string Program = "lua5.1";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Why it cannot be compared with, or null.</summary>
    public static string? Obstacle =>
        ProgramPath.Find(Program) is null ? "lua5.1 is not on the PATH; install it (Debian: lua5.1) to compare with it" : null;

    /// <summary>Runs a chunk in a process of its own; what it wrote.</summary>
    public static byte[] Run(byte[] chunk)
    {
        string program = ProgramPath.Find(Program) ?? throw new InvalidOperationException("lua5.1 is not on the PATH");
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, chunk);
            using Process process = Process.Start(new ProcessStartInfo(program, [file]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            MemoryStream output = new();
            using CancellationTokenSource deadline = new(Limit);
            using (deadline.Token.Register(() => process.Kill()))
                process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"lua5.1 ended with {process.ExitCode}: {errors.Result}");
            return output.ToArray();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
