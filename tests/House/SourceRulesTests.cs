using System.Text.RegularExpressions;
using Xunit;

namespace Pkv.Tests.House;

/// <summary>Room sizes and forbidden words of the house, over every C# file.</summary>
public sealed class SourceRulesTests
{
    private const int MaxFileLines = 500, MaxTestFileLines = 600, MaxFunctionLines = 70, MaxDispatchLines = 480;

    private static readonly Rule[] Rules =
    [
        new(@"\bThread\.Sleep\b", ["engine/", "server/", "persistence/", "zio/", "linux/", "resp/", "lua/"], [], "wait for what you wait for"),
        new(@"\bConsole\.(Write|WriteLine|Out|Error)\b", ["engine/", "server/", "persistence/", "zio/", "linux/", "resp/", "lua/"], ["server/Program.cs", "server/Hosting/"], "the log, or the caller, speaks to people"),
        new(@"\bTask\.Run\b|\bThreadPool\.", ["engine/Execution/", "engine/Commands/", "server/Administration/", "server/Net/", "persistence/", "zio/", "linux/", "resp/", "lua/"], [], "I/O threads do not hop"),
        new(@"\bnew Random\(|\bRandom\.Shared\b", ["persistence/", "zio/", "linux/", "resp/", "lua/"], [], "nothing that is stored depends on chance"),
        new(@"\bDateTime\.(Now|UtcNow)\b|\bDateTimeOffset\.(Now|UtcNow)\b", ["engine/", "server/", "linux/", "resp/", "lua/"], ["engine/Execution/Clock.cs"], "a command runs by its batch's clock (Clock)"),
        new(@"\bEnvironment\.Exit\b|\bGC\.Collect\b", ["engine/", "server/", "persistence/", "zio/", "linux/", "resp/", "lua/"], [], "the host decides when the process ends"),
        new(@"\bDllImport\b", [""], [], "LibraryImport makes its marshalling at build time"),
        new(@"\basync void\b", [""], [], "nobody can see it fail"),
        new(@"\bNotImplementedException\b", [""], [], "finish it"),
    ];

    [Fact]
    public void FilesStayWithinTheirLength()
    {
        Dictionary<string, int> today = [];
        foreach (string file in Repository.Files(".cs"))
        {
            int lines = Repository.Read(file).AsSpan().Count('\n');
            if (lines > (file.StartsWith("tests/", StringComparison.Ordinal) ? MaxTestFileLines : MaxFileLines))
                today[file] = lines;
        }
        Offenders.AssertRatchet(Offenders.LongFiles, today, $"a file has at most {MaxFileLines} lines, tests {MaxTestFileLines}");
    }

    [Fact]
    public void FunctionsStayWithinTheirLength()
    {
        Dictionary<string, int> today = [];
        foreach (string file in Repository.Files(".cs"))
        {
            foreach (FunctionLength function in FunctionScanner.Scan(Repository.Read(file)).Where(f => f.Lines > Allowed(file, f.Name)))
                today[$"{file}: {function.Name}"] = function.Lines;
        }
        Offenders.AssertRatchet(Offenders.LongFunctions, today, $"a function has at most {MaxFunctionLines} lines");
    }

    // The one loop over a script's instructions: split up, every instruction would pay a call and load registers, constants and position anew.
    private static int Allowed(string file, string function) =>
        file == "lua/Running/Interpreter.cs" && function == "Execute" ? MaxDispatchLines : MaxFunctionLines;

    [Fact]
    public void NobodyCallsWhatIsForbidden()
    {
        Dictionary<string, int> today = [];
        foreach (string file in Repository.Files(".cs"))
        {
            string code = CodeText.Strip(Repository.Read(file));
            foreach (Rule rule in Rules.Where(r => r.Covers(file)))
            {
                foreach (IGrouping<string, Match> call in Regex.Matches(code, rule.Pattern).GroupBy(m => m.Value))
                    today[$"{file}: {call.Key} ({rule.Reason})"] = call.Count();
            }
        }
        Offenders.AssertRatchet(Offenders.ForbiddenCalls, today, "not here");
    }

    [Fact]
    public void PartialIsForGeneratedCodeOnly()
    {
        foreach (string file in Repository.Files(".cs"))
        {
            string code = CodeText.Strip(Repository.Read(file));
            bool isPartial = Regex.IsMatch(code, @"\bpartial\b");
            Assert.True(!isPartial || Regex.IsMatch(code, @"\bLibraryImport\b|\bGeneratedRegex\b|\bLoggerMessage\b"),
                $"{file}: partial without a source generator");
        }
    }

    [Fact]
    public void NothingIsLeftOpen()
    {
        string[] words = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X:"];
        foreach (string extension in new[] { ".cs", ".md", ".sh", ".yml" })
        {
            foreach (string file in Repository.Files(extension).Where(f => !f.StartsWith("tests/House/", StringComparison.Ordinal)))
            {
                string text = Repository.Read(file);
                foreach (string word in words)
                    Assert.False(Regex.IsMatch(text, $@"\b{word}\b"), $"{file} has a {word}: finish it or make it an issue");
            }
        }
    }

    private sealed record Rule(string Pattern, string[] Folders, string[] Except, string Reason)
    {
        public bool Covers(string file) =>
            Folders.Any(f => file.StartsWith(f, StringComparison.Ordinal)) && !Except.Any(f => file.StartsWith(f, StringComparison.Ordinal));
    }
}
