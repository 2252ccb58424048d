using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Catalogue;

namespace Observatory.Core.Exports.Tables;

/// <summary>The columns of a table, and how a row gives their values. Titles and units of figures are those of the glossary.</summary>
/// <param name="zone">Of local times.</param>
internal sealed class Columns<T>(TimeZoneInfo zone)
{
    private readonly List<ExportColumn> _columns = [];
    private readonly List<Func<T, object?>> _values = [];

    public IReadOnlyList<ExportColumn> All => _columns;

    public object?[] RowOf(T source)
    {
        var row = new object?[_values.Count];
        for (var i = 0; i < row.Length; i++) row[i] = _values[i](source);
        return row;
    }

    public Columns<T> Text(string name, string title, Func<T, string?> value) => Add(new(name, ColumnType.Text, title), value);

    /// <param name="value">JSON text.</param>
    public Columns<T> Json(string name, string title, Func<T, string?> value) => Add(new(name, ColumnType.Json, title), value);

    /// <summary>The instant, and beside it the time on clocks of the zone.</summary>
    public Columns<T> Instant(string name, string local, string title, Func<T, DateTimeOffset?> value) => Instant(name, $"{title} (instant)", value)
        .Add(new(local, ColumnType.Local, $"{title} ({zone.Id})"), r => value(r) is { } at ? TimeZoneInfo.ConvertTime(at, zone).DateTime : null);

    public Columns<T> Instant(string name, string title, Func<T, DateTimeOffset?> value) => Add(new(name, ColumnType.Instant, title), r => value(r));

    /// <summary>A number that is no figure.</summary>
    public Columns<T> Whole(string name, string title, Func<T, long> value) => Add(new(name, ColumnType.Whole, title), r => value(r));

    public Columns<T> Count(string name, Func<T, long?> value) => Figure(name, ColumnType.Whole, r => value(r));

    public Columns<T> Number(string name, Func<T, double?> value) => Figure(name, ColumnType.Number, r => value(r) is { } v && double.IsFinite(v) ? v : null);

    public Columns<T> Money(string name, Func<T, decimal?> value) => Figure(name, ColumnType.Number, r => value(r));

    /// <summary>Empty cells where the figures are withheld.</summary>
    public Columns<T> Overview(Func<T, OverviewFigures> of)
    {
        long? Of(T row, Func<OverviewFigures, long> figure) => of(row) is { IsWithheld: false } figures ? figure(figures) : null;
        return Count("totalConversations", r => Of(r, f => f.TotalConversations)).Count("totalMessages", r => Of(r, f => f.TotalMessages))
            .Count("userMessages", r => Of(r, f => f.UserMessages)).Count("assistantMessages", r => Of(r, f => f.AssistantMessages))
            .Count("totalTokens", r => Of(r, f => f.TotalTokens)).Count("inputTokens", r => Of(r, f => f.InputTokens))
            .Count("outputTokens", r => Of(r, f => f.OutputTokens)).Count("cacheCreationTokens", r => Of(r, f => f.CacheCreationTokens))
            .Count("cacheReadTokens", r => Of(r, f => f.CacheReadTokens)).Money("totalCost", r => of(r).TotalCost)
            .Count("unpricedTokens", r => Of(r, f => f.UnpricedTokens)).Count("activeUsers", r => Of(r, f => f.ActiveUsers))
            .Count("toolCalls", r => Of(r, f => f.ToolCalls)).Count("toolErrors", r => Of(r, f => f.ToolErrors));
    }

    /// <summary>A value that is a figure under a name of its own.</summary>
    public Columns<T> Value(string name, string title, string unit, Func<T, double?> value) =>
        Add(new(name, ColumnType.Number, title, unit), r => value(r) is { } v && double.IsFinite(v) ? v : null);

    private Columns<T> Figure(string name, ColumnType type, Func<T, object?> value)
    {
        var figure = MetricCatalogue.Default.Explain(name) ?? throw new InvalidOperationException($"No figure is called {name}.");
        return Add(new(name, type, figure.Title, figure.Unit), value);
    }

    private Columns<T> Add(ExportColumn column, Func<T, object?> value)
    {
        _columns.Add(column);
        _values.Add(value);
        return this;
    }
}
