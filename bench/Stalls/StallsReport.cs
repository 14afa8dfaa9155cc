using System.Globalization;
using System.Text;
using Pkv.Bench.Report;
using Pkv.Bench.Servers;

namespace Pkv.Bench.Stalls;

/// <summary>A run of <c>stalls</c> as Markdown.</summary>
internal sealed class StallsReport(StallsOptions options, IReadOnlyList<ServerSpec> servers, IReadOnlyList<StallResult> results)
{
    private const string SectionName = "stalls";

    /// <summary>What nobody should have to wait longer than, ms.</summary>
    public const double MostMs = 20;

    /// <summary>Replaces the section in a Markdown file.</summary>
    public void Write(string path) => MarkedSection.Write(path, ComparisonReport.Opening, SectionName, Markdown());

    /// <summary>The whole section.</summary>
    public string Markdown()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            ## Stalls

            `bench -- stalls`: one client asks much of the server at once, four others send PING about once a millisecond. "took" is until the
            client's last reply (of one that closes: until the server has let go of it); "same" is the longest PING of the connection that was held up
            most, which is one of the same I/O thread; "no core": of that time the server's thread was ready to run and had no core, since more
            threads than the machine has cores wanted to run: server, sender of what is hostile, probes; "other" is the longest PING of the
            connection held up least, one of another I/O thread. Milliseconds.
            "uncut" is what Pkv does in one go, and why, as far as that grows with the client's size.
            The first row is what the machine does to a PING when nobody is hostile. {MachineDescription.LineOfRun()}. {DateTime.UtcNow:yyyy-MM-dd}.
            Pkv has {options.IoThreads} I/O threads, Redis one.


            """);
        foreach (ServerSpec spec in servers) text.Append(CultureInfo.InvariantCulture, $"- **{spec.Name}** ({spec.Version()}): {spec.FlagsInReport}\n");
        text.Append("\n| client |");
        foreach (ServerSpec spec in servers) text.Append(CultureInfo.InvariantCulture, $" {spec.Name} took | same |{(spec.HasReceiveCounters ? " no core | other |" : "")}");
        text.Append(" uncut |\n|---|");
        foreach (ServerSpec spec in servers) text.Append(spec.HasReceiveCounters ? "--:|--:|--:|--:|" : "--:|--:|");
        text.Append("---|\n");
        Dictionary<string, string> uncut = new HostileClients(options.Elements).All.ToDictionary(c => c.Title, c => c.Uncut);
        foreach (string client in results.Select(r => r.Client).Distinct())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {client} |");
            foreach (ServerSpec spec in servers) text.Append(Cells(results.FirstOrDefault(r => r.Client == client && r.Server == spec.Name), spec.HasReceiveCounters));
            text.Append(CultureInfo.InvariantCulture, $" {uncut[client]} |\n");
        }
        return text.ToString();
    }

    private static string Cells(StallResult? result, bool hasThreads)
    {
        if (result is null) return hasThreads ? " | | | |" : " | |";
        string most = result.Most.Ms > MostMs ? $"**{Units.Text(result.Most.Ms, 1)}**" : Units.Text(result.Most.Ms, 1);
        return $" {Units.Text(result.TookMs, 0)} | {most} |{(hasThreads ? $" {Units.Text(result.Most.Waited, 1)} | {Units.Text(result.Least, 1)} |" : "")}";
    }
}
