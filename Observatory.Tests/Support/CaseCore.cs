using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Metrics;
using Observatory.Core.Time;

namespace Observatory.Tests.Support;

/// <summary>
/// A core of its own for one of the small inputs of Fixtures/cases (its README says what each holds). Files are imported as a root, or
/// read one by one in an order that the test chooses; bodies are read as the server reads them.
/// </summary>
internal sealed class CaseCore : IAsyncDisposable
{
    private const string User = "u";

    /// <summary>Behind everything that the cases hold.</summary>
    private static readonly DateTimeOffset s_now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    private readonly CoreHost _core;

    /// <summary>The files are older than the clock of the tests, whenever they were copied here.</summary>
    static CaseCore()
    {
        foreach (var file in Directory.EnumerateFiles(Folder(""), "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(file,
            s_now.UtcDateTime.AddDays(-1));
    }

    private CaseCore(CoreHost core) => _core = core;

    public CoreHost Core => _core;

    /// <summary>Folder of a case, or of one of its parts: <c>13-fast-lost/same-instant</c>.</summary>
    public static string Folder(string name) => Path.Combine([AppContext.BaseDirectory, "Fixtures", "cases", .. name.Split('/')]);

    /// <summary>The transcripts of a case, sorted by path.</summary>
    public static string[] Files(string name) => [.. Directory.EnumerateFiles(Folder(name), "*.jsonl", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)];

    public static async Task<CaseCore> StartAsync(TimeProvider? clock = null, string? data = null) =>
        new(await CoreHost.StartAsync(clock ?? new FakeTimeProvider(s_now), data));

    /// <summary>Imports the case's <c>root</c> as the program does at its start.</summary>
    public static Task<CaseCore> ImportAsync(string name, TimeProvider? clock = null) => ImportRootsAsync(clock, Path.Combine(Folder(name), "root"));

    public static async Task<CaseCore> ImportRootsAsync(TimeProvider? clock, params string[] roots) =>
        new(await CoreHost.ImportAsync(clock ?? new FakeTimeProvider(s_now), [.. roots.Select(r => (r, User))]));

    /// <summary>The figures of a case whose root is all of it.</summary>
    public static async Task<CaseFigures> FiguresOfAsync(string name)
    {
        await using var core = await ImportAsync(name);
        return await core.FiguresAsync();
    }

    /// <summary>Reads files to their ends, one after the other.</summary>
    public async Task ReadAsync(params IEnumerable<string> files)
    {
        foreach (var file in files) await _core.ReadAsync(file, User);
    }

    /// <summary>Takes a file as the body of <c>POST /api/analytics/events</c>.</summary>
    public Task SendEventsAsync(string path) => SendEventsAsync(File.ReadAllBytes(path));

    public async Task SendEventsAsync(byte[] body)
    {
        var batch = new EventBatch { Source = EventSource.Api };
        new EventReader().Read(body, false, batch, s_now.ToUnixTimeMilliseconds());
        await _core.WriteAsync(batch);
    }

    /// <summary>Takes a file as the body of <c>POST /v1/logs</c>.</summary>
    public Task SendLogsAsync(string path) => SendLogsAsync(File.ReadAllBytes(path));

    public async Task SendLogsAsync(byte[] body)
    {
        foreach (var batch in OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, body).Batches) await _core.WriteAsync(batch);
    }

    /// <summary>Takes each as the body of <c>POST /v1/metrics</c>.</summary>
    public async Task SendMetricsAsync(params byte[][] bodies)
    {
        foreach (var batch in bodies.SelectMany(b => OtlpRequest.Read(OtlpSignal.Metrics, OtlpEncoding.Json, b).Batches)) await _core.WriteAsync(batch);
    }

    /// <summary>Takes each line of a file as the body of a hook.</summary>
    public async Task SendHooksAsync(string path)
    {
        var at = s_now.AddHours(-1).ToUnixTimeMilliseconds();
        foreach (var line in await File.ReadAllLinesAsync(path))
        {
            if (HookReader.Read(System.Text.Encoding.UTF8.GetBytes(line), User, at += 1_000) is { } batch) await _core.WriteAsync(batch);
        }
    }

    public Task<CaseFigures> FiguresAsync() => CaseFigures.OfAsync(_core, s_now.AddYears(-1), s_now);

    /// <summary>All that is answered, as one text.</summary>
    public Task<string> ImageAsync() => FigureImage.OfAsync(_core, s_now.AddYears(-1), s_now);

    public ValueTask DisposeAsync() => _core.DisposeAsync();
}

/// <summary>What a case says after it was read. Lists of texts are sorted.</summary>
internal sealed record CaseFigures
{
    public required OverviewFigures Overview { get; init; }

    public double? ErrorRate { get; init; }

    /// <summary>By id.</summary>
    public required IReadOnlyList<ConversationRow> Conversations { get; init; }

    /// <summary>Full paths; a missing one is "unknown".</summary>
    public required IReadOnlyList<string> Projects { get; init; }

    /// <summary>Days (UTC) with tokens.</summary>
    public required IReadOnlyList<DateOnly> Days { get; init; }

    public long UserMessages => Overview.UserMessages;

    public long AssistantMessages => Overview.AssistantMessages;

    public long Input => Overview.InputTokens;

    public long Output => Overview.OutputTokens;

    public long Tokens => Overview.TotalTokens;

    /// <summary>USD.</summary>
    public decimal? Cost => Overview.TotalCost;

    public long ToolCalls => Overview.ToolCalls;

    public long ToolErrors => Overview.ToolErrors;

    /// <summary>Of the conversations by id.</summary>
    public IEnumerable<string> Titles => Conversations.Select(c => c.Title);

    public static async Task<CaseFigures> OfAsync(CoreHost core, DateTimeOffset start, DateTimeOffset end)
    {
        var query = Compare.Query(start, end, interval: Interval.Day);
        var dashboard = await core.Metrics.GetDashboardAsync(query);
        var rows = (await core.Metrics.GetConversationsAsync(new ConversationListQuery { Metrics = query, Limit = 500 })).Items;
        return new CaseFigures
        {
            Overview = dashboard.Overview, ErrorRate = dashboard.Performance.ErrorRate,
            Conversations = [.. rows.OrderBy(r => r.Id, StringComparer.Ordinal)],
            Projects = [.. (await core.Metrics.GetProjectsAsync(query)).Select(p => p.Path ?? "unknown").Order(StringComparer.Ordinal)],
            Days = [.. dashboard.Trends.TokensOverTime.Where(p => p.Value > 0).Select(p => DateOnly.FromDateTime(p.Timestamp.UtcDateTime))],
        };
    }
}
