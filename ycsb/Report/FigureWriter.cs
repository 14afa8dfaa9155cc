using System.Globalization;
using System.Text.Json;

namespace Pkv.Ycsb.Report;

/// <summary>Figures as text or JSON, as YCSB's exporters of these names write them.</summary>
internal static class FigureWriter
{
    /// <summary>"[READ], Operations, 5", a line each.</summary>
    public static string Text(IEnumerable<Figure> figures) =>
        string.Concat(figures.Select(f => $"[{f.Metric}], {f.Measurement}, {Number(f)}\n"));

    /// <summary>An array of objects with metric, measurement and value.</summary>
    public static string Json(IEnumerable<Figure> figures)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (Figure figure in figures)
            {
                json.WriteStartObject();
                json.WriteString("metric", figure.Metric);
                json.WriteString("measurement", figure.Measurement);
                json.WritePropertyName("value");
                json.WriteRawValue(Number(figure));
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    /// <summary>By the property exporter: the last part of the original's class name.</summary>
    /// <exception cref="ArgumentException">There is no such exporter.</exception>
    public static Func<IEnumerable<Figure>, string> ByName(string exporter) => exporter.Split('.')[^1] switch
    {
        "TextMeasurementsExporter" => Text,
        "JSONMeasurementsExporter" or "JSONArrayMeasurementsExporter" => Json,
        _ => throw new ArgumentException($"exporter={exporter} is not one of TextMeasurementsExporter, JSONMeasurementsExporter, JSONArrayMeasurementsExporter"),
    };

    // As Java writes doubles: always with a decimal point.
    private static string Number(Figure figure) => figure.Value.ToString(figure.IsWhole ? "F0" : "0.0################", CultureInfo.InvariantCulture);
}
