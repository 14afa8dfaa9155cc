using System.Globalization;
using Pkv.Figures;
using Pkv.Ycsb.Engine;
using Spectre.Console;

namespace Pkv.Ycsb.Report;

/// <summary>A table that is drawn over itself every half second: for people at a terminal.</summary>
internal sealed class LiveView(IAnsiConsole console, string label) : IRunView
{
    private static readonly string[] s_columns = ["last half second", "operations", "ops/s", "mean µs", "p50 µs", "p99 µs", "p99.9 µs", "max µs"];

    public TimeSpan Every => TimeSpan.FromMilliseconds(500);

    public void Run(Action<Action<RunProgress>> work) => console.Live(new Text("starting"))
        .Start(context => work(progress =>
        {
            context.UpdateTarget(Draw(progress));
            context.Refresh();
        }));

    private Table Draw(RunProgress progress)
    {
        Table table = new() { Border = TableBorder.Rounded, Title = new TableTitle(Markup.Escape(Title(progress))) };
        foreach (string column in s_columns) table.AddColumn(new TableColumn(column) { Alignment = column == s_columns[0] ? Justify.Left : Justify.Right });
        foreach (LatencyWindow row in progress.Rows)
        {
            LatencyHistogram since = row.Since;
            table.AddRow(MetricTitle.Of(row.Name), N(since.Count), N(since.Count / Every.TotalSeconds), N(since.MeanNs / 1000),
                N(since.PercentileNs(0.5) / 1000.0), N(since.PercentileNs(0.99) / 1000.0), N(since.PercentileNs(0.999) / 1000.0), N(since.MaxNs / 1000.0));
        }
        return table;
    }

    private string Title(RunProgress progress)
    {
        string share = progress.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $" of {progress.Total:N0} ({100.0 * progress.Operations / progress.Total:F0} %)") : "";
        string left = progress.Total > progress.Operations && progress.Operations > 0
            ? $", {StatusLines.Remaining((progress.Total - progress.Operations) / progress.MeanRate)} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{label}{progress.Elapsed:hh\\:mm\\:ss}  {progress.Operations:N0}{share}, {progress.CurrentRate:N0} ops/s{left}");
    }

    private static string N(double number) => number.ToString(number is > 0 and < 100 ? "N1" : "N0", CultureInfo.InvariantCulture);
}
