using System.Diagnostics;

namespace Pkv.Bench.Servers;

/// <summary>Programs of the repository in C, compiled when they are measured.</summary>
internal static class CProgram
{
    /// <summary>Why nothing can be compiled here, as a line for the user, or null.</summary>
    public static string? Missing =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "gcc"))) ? null : "gcc is not installed";

    /// <summary>Compiles with optimization.</summary>
    /// <param name="path">The program to make.</param>
    /// <param name="arguments">Options and sources.</param>
    /// <returns><paramref name="path"/>.</returns>
    /// <exception cref="InvalidOperationException">It does not compile.</exception>
    public static string Build(string path, IReadOnlyList<string> arguments)
    {
        ProcessStartInfo info = new("gcc", ["-O2", "-o", path, .. arguments]) { RedirectStandardError = true };
        using Process compiler = Process.Start(info)!;
        string errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? path : throw new InvalidOperationException($"gcc could not make {Path.GetFileName(path)}: {errors}");
    }
}
