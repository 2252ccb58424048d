using Observatory.Core.Metrics;
using Observatory.Core.Metrics.Rows;
using Observatory.Core.Time;

namespace Observatory.Core.Exports.Tables;

/// <summary>The tables that can be exported, by name: the one source of every format, route, page and attachment.</summary>
public static class Datasets
{
    public const string Conversations = "conversations";
    public const string TimeSeries = "timeseries";
    public const string Days = "days";
    public const string Hours = "hours";

    private static readonly Dictionary<string, (string Title, Func<AnalyticsEngine, ExportRequest, CancellationToken, Task<ExportTable>> Open)> s_all = new()
    {
        [Conversations] = ("Conversations", ConversationsAsync),
        ["messages"] = ("Messages", MessagesAsync),
        ["calls"] = ("API calls", CallsAsync),
        ["tools"] = ("Tools", async (engine, request, cancel) =>
            Whole(request, TableColumns.Tools(request.Query.Zone), await engine.GetToolsAsync(request.Query, cancel).ConfigureAwait(false))),
        ["events"] = ("Events", EventsAsync),
        [Days] = ("Days", (engine, request, cancel) => BucketsAsync(engine, request, Interval.Day, cancel)),
        [Hours] = ("Hours", (engine, request, cancel) => BucketsAsync(engine, request, Interval.Hour, cancel)),
        ["users"] = ("Users", async (engine, request, cancel) =>
            Whole(request, TableColumns.Users(request.Query.Zone), await engine.GetUsersAsync(request.Query, cancel).ConfigureAwait(false))),
        ["projects"] = ("Projects", async (engine, request, cancel) =>
            Whole(request, TableColumns.Projects(request.Query.Zone), await engine.GetProjectsAsync(request.Query, cancel).ConfigureAwait(false))),
        ["models"] = ("Models", async (engine, request, cancel) =>
            Whole(request, TableColumns.Models(request.Query.Zone), await engine.GetModelsAsync(request.Query, cancel).ConfigureAwait(false))),
        [TimeSeries] = ("Time series", SeriesAsync),
    };

    public static IReadOnlyCollection<string> Names => s_all.Keys;

    public static bool IsKnown(string name) => s_all.ContainsKey(name);

    /// <summary>For people.</summary>
    public static string TitleOf(string name) => s_all[name].Title;

    /// <summary>Opens a dataset in the name of the engine's asker. Dispose of what it gives.</summary>
    /// <exception cref="Metrics.Query.UnknownMetricException">Of <c>timeseries</c>: there is no such metric.</exception>
    /// <exception cref="WrongAggregationException">Of <c>timeseries</c>: the metric has another of its own.</exception>
    /// <exception cref="TooManyValuesException">Of <c>timeseries</c>: more values than one answer may look at.</exception>
    public static Task<ExportTable> OpenAsync(AnalyticsEngine engine, ExportRequest request, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return s_all[request.Dataset].Open(engine, request, cancel);
    }

    private static async Task<ExportTable> ConversationsAsync(AnalyticsEngine engine, ExportRequest request, CancellationToken cancel)
    {
        var query = new ConversationListQuery { Metrics = request.Query, Search = request.Search, Sort = request.Sort, Skip = request.Skip };
        var rows = await engine.OpenConversationsAsync(query, cancel).ConfigureAwait(false);
        var columns = TableColumns.Conversations(request.Query.Zone);
        if (request.Limit is not { } limit) return Streamed(request, columns, rows, null);
        return new ExportTable(request, columns.All, rows.Rows.Take(limit).Select(columns.RowOf), rows) { RowCount = Math.Min(limit, rows.Count ?? limit) };
    }

    private static async Task<ExportTable> MessagesAsync(AnalyticsEngine engine, ExportRequest request, CancellationToken cancel) => Streamed(
        request, TableColumns.Messages(request.Query.Zone), await engine.OpenMessagesAsync(request.Query, cancel).ConfigureAwait(false), 0);

    private static async Task<ExportTable> CallsAsync(AnalyticsEngine engine, ExportRequest request, CancellationToken cancel) => Streamed(
        request, TableColumns.Calls(request.Query.Zone), await engine.OpenCallsAsync(request.Query, cancel).ConfigureAwait(false), 0);

    private static async Task<ExportTable> EventsAsync(AnalyticsEngine engine, ExportRequest request, CancellationToken cancel) => Streamed(
        request, TableColumns.Events(request.Query.Zone), await engine.OpenEventsAsync(request.Query, cancel).ConfigureAwait(false), 0);

    private static async Task<ExportTable> BucketsAsync(AnalyticsEngine engine, ExportRequest request, Interval interval, CancellationToken cancel)
    {
        var buckets = await engine.GetBucketsAsync(request.Query with { Interval = interval }, cancel).ConfigureAwait(false);
        return Whole(request, TableColumns.Buckets(request.Query.Zone), buckets);
    }

    private static async Task<ExportTable> SeriesAsync(AnalyticsEngine engine, ExportRequest request, CancellationToken cancel)
    {
        var query = request.Series ?? throw new ArgumentException("A time series needs to be asked for.", nameof(request));
        var figures = await engine.GetSeriesAsync(query, cancel).ConfigureAwait(false);
        var points = figures.Series.SelectMany(s => s.Points.Select(p => new SeriesValue(s.Name ?? s.Tags.Values.FirstOrDefault(), p))).ToList();
        return Whole(request, TableColumns.Series(request.Query.Zone, query, figures.Unit), points);
    }

    private static ExportTable Whole<T>(ExportRequest request, Columns<T> columns, IReadOnlyList<T> rows) =>
        new(request, columns.All, rows.ToAsyncEnumerable().Select(columns.RowOf)) { RowCount = rows.Count };

    private static ExportTable Streamed<T>(ExportRequest request, Columns<T> columns, RowSet<T> rows, int? time) =>
        new(request, columns.All, rows.Rows.Select(columns.RowOf), rows) { RowCount = rows.Count, RawSince = rows.RawSince, TimeColumn = time };
}
