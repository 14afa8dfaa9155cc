using System.Runtime.CompilerServices;
using Pkv.Tests.Support;
using Xunit;

namespace Pkv.Tests.Clients;

/// <summary>
/// A test that runs a client's script: skipped with a reason where its language, or a redis-server that it needs, is
/// missing, except under CI=true, where the absence must fail.
/// </summary>
public sealed class ScriptTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for what the script needs.</summary>
    public ScriptTheoryAttribute(ScriptLanguage language, bool needsRedis = false, [CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            return;
        string? noRedis = needsRedis ? ReferenceRedis.Obstacle : null;
        Skip = SkipReasons.Note(ClientScript.Obstacle(language) ?? noRedis);
    }
}
