using System.Text;
using Pkv.Server.Monitoring;

namespace Pkv.Server.Administration.Servers;

/// <summary>Draws an event's samples as columns, the oldest left, with their age beneath.</summary>
internal static class LatencyGraph
{
    private const int MaxColumns = 80, Rows = 4;

    public static string Draw(string name, List<LatencySample> samples, long nowSeconds)
    {
        if (samples.Count > MaxColumns)
            samples = samples[^MaxColumns..];
        long low = samples.Min(s => s.Milliseconds), high = samples.Max(s => s.Milliseconds);
        StringBuilder text = new();
        text.Append($"{name} - high {high} ms, low {low} ms\n").Append('-', MaxColumns).Append('\n');
        for (int row = Rows; row >= 1; row--)
        {
            foreach (LatencySample sample in samples)
            {
                double height = high == low ? 1 : 1 + (Rows - 1) * (double)(sample.Milliseconds - low) / (high - low);
                text.Append(height >= row ? '#' : ' ');
            }
            text.Append('\n');
        }
        string[] ages = [.. samples.Select(s => Age(nowSeconds - s.UnixSeconds))];
        for (int line = 0; line < ages.Max(a => a.Length); line++)
        {
            text.Append('\n');
            foreach (string age in ages)
                text.Append(line < age.Length ? age[line] : ' ');
        }
        return text.Append('\n').ToString();
    }

    private static string Age(long seconds) => seconds switch
    {
        < 60 => $"{seconds}s",
        < 3600 => $"{seconds / 60}m",
        < 86_400 => $"{seconds / 3600}h",
        _ => $"{seconds / 86_400}d",
    };
}
