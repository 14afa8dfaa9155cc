using System.Text;
using Pkv.Resp;

namespace Pkv.Server.Configuration;

/// <summary>Glob patterns over names of options and files, without regard to case; see <see cref="GlobPattern"/>.</summary>
internal static class NamePattern
{
    /// <summary>Whether the text needs matching at all, as CONFIG GET decides it.</summary>
    internal static bool IsPattern(string text) => text.AsSpan().ContainsAny("[*?");

    internal static bool IsMatch(string pattern, string name) =>
        GlobPattern.IsMatch(Encoding.UTF8.GetBytes(pattern), Encoding.UTF8.GetBytes(name), ignoreCase: true);
}
