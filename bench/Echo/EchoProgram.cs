using Pkv.Bench.Servers;

namespace Pkv.Bench.Echo;

/// <summary>The echo server as a program, and the library to run it under: what must be there before anything is measured.</summary>
/// <param name="Path">The program; its folder is the caller's to delete.</param>
/// <param name="LibraryPath">libzio, or null when no system needs it.</param>
internal sealed record EchoProgram(string Path, string? LibraryPath)
{
    private const string SourceInRepository = "zio/echo/echo.c";

    /// <summary>Compiles the program into a folder.</summary>
    /// <exception cref="InvalidOperationException">gcc or the source is missing, or it does not compile.</exception>
    public static EchoProgram Build(string folder, string? libraryPath)
    {
        string source = System.IO.Path.Combine(RepositoryFolder.Find() ?? ".", SourceInRepository);
        return new EchoProgram(CProgram.Build(System.IO.Path.Combine(folder, "echo"), [source]), libraryPath);
    }

    /// <summary>What is missing for these systems, as a line for the user, or null.</summary>
    public static string? Missing(IReadOnlyList<EchoSystem> systems, string? libraryPath) =>
        CProgram.Missing ?? (systems.Any(s => s.IsPreloaded) && !File.Exists(libraryPath) ? "libzio.so is not built (zio/build.sh builds it)" : null);
}
