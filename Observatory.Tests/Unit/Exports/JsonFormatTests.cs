using System.Text.Json;
using Observatory.Core.Exports.Json;
using Observatory.Core.Exports.Tables;
using Observatory.Core.Metrics;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Exports;

public sealed class JsonFormatTests
{
    private static readonly ExportColumn[] s_columns =
    [
        new("timestamp", ColumnType.Instant, "Time"), new("local", ColumnType.Local, "Time here"), new("name", ColumnType.Text, "Name"),
        new("cost", ColumnType.Number, "Cost", "USD"), new("calls", ColumnType.Whole, "Calls", "calls"), new("models", ColumnType.Json, "Models"),
    ];

    private static readonly object?[][] s_rows =
    [
        [
            new DateTimeOffset(2026, 11, 2, 4, 0, 0, TimeSpan.FromHours(5.5)), new DateTime(2026, 11, 2, 4, 0, 0), "=1+1 \u0001 été \"q\"", 0.0041m, -7L,
            "[\"a\"]",
        ],
        [null, null, null, null, null, null],
    ];

    [Fact]
    public async Task One_object_says_what_was_asked_and_has_rows_in_the_order_of_the_columns()
    {
        var filter = new MetricsFilter(["ann"], [], [], ["otlp", "api"]);
        var table = new ExportTable(Tables.Request(filter: filter), s_columns, s_rows.ToAsyncEnumerable());
        var json = JsonDocument.Parse(await Tables.WriteAsync(new JsonFormat(), table)).RootElement;
        Assert.Equal(
            ["dataset", "start", "end", "timezone", "filters", "generatedAt", "columns", "rows"], json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("days", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", "Asia/Kolkata", "2026-12-02T00:00:00Z"),
            (Text(json, "dataset"), Text(json, "start"), Text(json, "end"), Text(json, "timezone"), Text(json, "generatedAt")));
        Assert.Equal("""{"user":["ann"],"project":[],"model":[],"source":["otlp","api"]}""", json.GetProperty("filters").GetRawText());
        Assert.Equal(
            [("timestamp", null, "instant"), ("local", null, "text"), ("name", null, "text"), ("cost", "USD", "number"), ("calls", "calls", "integer"),
                ("models", null, "json")],
            json.GetProperty("columns").EnumerateArray().Select(c => (Text(c, "name"), Text(c, "unit"), Text(c, "type"))));
        var rows = json.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(2, rows.Count);
        Assert.Equal("2026-11-01T22:30:00Z", rows[0][0].GetString());
        Assert.Equal("2026-11-02 04:00:00", rows[0][1].GetString());
        Assert.Equal("=1+1 \u0001 été \"q\"", rows[0][2].GetString());
        Assert.Equal((0.0041m, -7L, "[\"a\"]"), (rows[0][3].GetDecimal(), rows[0][4].GetInt64(), rows[0][5].GetString()));
        Assert.All(rows[1].EnumerateArray(), value => Assert.Equal(JsonValueKind.Null, value.ValueKind));
    }

    [Fact]
    public async Task Lines_have_an_object_a_row()
    {
        var text = await Tables.TextAsync(new NdjsonFormat(), Tables.Of(s_columns, s_rows));
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n').Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Equal(s_columns.Select(c => c.Name), line.EnumerateObject().Select(p => p.Name)));
        Assert.Equal(("2026-11-01T22:30:00Z", -7L), (Text(lines[0], "timestamp"), lines[0].GetProperty("calls").GetInt64()));
        Assert.Equal("", await Tables.TextAsync(new NdjsonFormat(), Tables.Of(s_columns, [])));
        Assert.Empty(JsonDocument.Parse(await Tables.WriteAsync(new JsonFormat(), Tables.Of(s_columns, []))).RootElement.GetProperty("rows").EnumerateArray());
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();
}
