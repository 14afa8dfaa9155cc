using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pkv.Cli.Terminal;
using Pkv.Engine.Records;
using Spectre.Console;

namespace Pkv.Cli.Verbs;

/// <summary><see cref="PoolFigures"/> as lines and a table, or as JSON.</summary>
internal static class StatReport
{
    public static void Print(PoolFigures f, CliTerminal terminal)
    {
        string N(long number) => Printable.Number(number);
        (string, string)[] lines =
        [
            ("pool", $"{f.Path} (medium {f.Medium})"),
            ("id, format, made", $"{f.PoolId}, version {f.Version}, {Printable.Time(f.CreatedMs)}"),
            ("file", $"{N(f.FileBytes)} bytes"),
            ("slots", $"{N(f.Slots)}: {N(f.SlotsUsed)} used, {N(f.SlotsFree)} free, {N(f.SlotsDamaged)} with a damaged header"),
            ("segments", $"{N(f.Segments)}: {N(f.SegmentsSealed)} sealed, {N(f.Segments - f.SegmentsSealed)} were open, {N(f.SegmentsDamaged)} damaged"),
            ("live", $"{Printable.Percent(f.LiveBytes, f.UsedBytes)} ({N(f.LiveBytes)} of {N(f.UsedBytes)} bytes in segments)"),
            ("records", $"{N(f.RecordBytes)} bytes, {N(f.Census.Commands)} commands: {N(f.Census.Values)} values, {N(f.Census.Tombstones)} tombstones"),
            ("entries", $"{N(f.Census.Entries)} commit entries, {N(f.EntryBytes)} bytes; {N(f.TornEntries)} torn, cut"),
            ("gaps", $"{N(f.GapBytes)} bytes between records"),
            ("written", $"from {Printable.Time(f.Census.OldestMs)} to {Printable.Time(f.Census.NewestMs)}"),
            ("keys", $"{N(f.Keys)}: {N(f.KeysThatExpire)} expire, {N(f.KeysExpired)} have"),
            .. f.KeysByDatabase.Select(d => ($"  database {d.Key}", $"{N(d.Value)} keys")),
            .. f.Largest.Select(l => ("  large value", $"{N(l.Bytes)} bytes, {Kind(l)}, database {l.Database}, key {Printable.Key(l.Key)}")),
            ("damage", f.Damages == 0 ? "none" : $"{N(f.Damages)} place(s), listed by pkv check"),
        ];
        foreach ((string name, string text) in lines)
            terminal.Out.WriteLine($"{name,-18} {text}");
        Table table = new Table().Border(TableBorder.Simple).AddColumn("live share").AddColumn(new TableColumn("segments").RightAligned()).AddColumn("");
        for (int i = PoolFigures.Tenths - 1; i >= 0; i--)
        {
            int count = f.SegmentsByLiveTenth[i];
            string bar = new('#', f.Segments == 0 ? 0 : (count * 40 + f.Segments - 1) / f.Segments);
            table.AddRow($"{i * 10} to {(i + 1) * 10} %", N(count), bar);
        }
        terminal.Write(table);
    }

    public static string Json(PoolFigures f)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("path", f.Path);
            json.WriteString("medium", f.Medium);
            json.WriteString("pool_id", f.PoolId);
            WriteNumbers(json,
                ("format_version", f.Version), ("created_ms", f.CreatedMs), ("file_bytes", f.FileBytes),
                ("slots", f.Slots), ("slots_used", f.SlotsUsed), ("slots_free", f.SlotsFree), ("slots_damaged", f.SlotsDamaged),
                ("segments", f.Segments), ("segments_sealed", f.SegmentsSealed), ("segments_damaged", f.SegmentsDamaged),
                ("segment_bytes", f.UsedBytes), ("live_bytes", f.LiveBytes), ("record_bytes", f.RecordBytes),
                ("entry_bytes", f.EntryBytes), ("gap_bytes", f.GapBytes), ("commands", f.Census.Commands),
                ("values", f.Census.Values), ("tombstones", f.Census.Tombstones), ("entries", f.Census.Entries),
                ("torn_entries", f.TornEntries), ("damages", f.Damages), ("oldest_ms", f.Census.OldestMs),
                ("newest_ms", f.Census.NewestMs), ("keys", f.Keys), ("keys_that_expire", f.KeysThatExpire), ("keys_expired", f.KeysExpired));
            json.WriteNumber("live_fraction", f.UsedBytes == 0 ? 0 : Math.Round((double)f.LiveBytes / f.UsedBytes, 6));
            json.WriteStartObject("keys_by_database");
            WriteNumbers(json, [.. f.KeysByDatabase.Select(d => ($"{d.Key}", d.Value))]);
            json.WriteEndObject();
            json.WriteStartArray("segments_by_live_tenth");
            foreach (int count in f.SegmentsByLiveTenth)
                json.WriteNumberValue(count);
            json.WriteEndArray();
            json.WriteStartArray("largest_values");
            foreach (LargeValue value in f.Largest)
            {
                json.WriteStartObject();
                json.WriteString("key", Printable.Key(value.Key));
                json.WriteString("type", value.Type);
                WriteNumbers(json, ("database", value.Database), ("elements", value.Elements), ("bytes", value.Bytes));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static string Kind(LargeValue value) => value.Type == "string" ? "string" : $"{value.Type} of {Printable.Number(value.Elements)} elements";

    private static void WriteNumbers(Utf8JsonWriter json, params (string Name, long Value)[] numbers)
    {
        foreach ((string name, long value) in numbers)
            json.WriteNumber(name, value);
    }
}
