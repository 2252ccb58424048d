using System.Text.Json;
using System.Text.Json.Serialization;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Metrics.Query;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;

namespace Observatory.Core.Metrics.Live;

/// <summary>What one per cent of a window was worth, as far as this machine knows.</summary>
/// <param name="Tokens">In the middle of the windows that were looked at.</param>
/// <param name="Windows">That were looked at.</param>
public sealed record PercentWorth(double Tokens, double Low, double High, int Windows);

/// <summary>A window of a quota as status lines report it. What nobody reported is null.</summary>
/// <param name="Id">As the status line names it, whatever that is.</param>
/// <param name="PacePercent">Where an even pace would stand now.</param>
/// <param name="ForecastAtReset">Percent at the reset if it goes on so.</param>
/// <param name="FullAt">Null = not before the reset.</param>
/// <param name="ResetsSeen">When it was seen to begin anew, newest first.</param>
public sealed record LimitWindow(
    string? User, string Id, string Title, double UsedPercent, DateTimeOffset? ResetsAt, DateTimeOffset ObservedAt, double? PacePercent,
    double? ForecastAtReset, DateTimeOffset? FullAt, IReadOnlyList<DateTimeOffset> ResetsSeen, PercentWorth? PerPercent)
{
    /// <summary>It still runs: its figure is of now.</summary>
    [JsonIgnore]
    public bool IsRunning { get; init; }
}

/// <param name="Timestamp">When it was said.</param>
public sealed record LimitPoint(DateTimeOffset Timestamp, double UsedPercent, DateTimeOffset? ResetsAt);

/// <summary>Windows of quotas, and what was said of them. Thread-safe.</summary>
public interface ILimitFigures
{
    /// <summary>By user and name.</summary>
    /// <param name="users">Empty = all.</param>
    Task<IReadOnlyList<LimitWindow>> GetLimitsAsync(IReadOnlyList<string> users, CancellationToken cancel = default);

    /// <summary>What was said of one window, in order.</summary>
    Task<IReadOnlyList<LimitPoint>> GetLimitHistoryAsync(string window, TimeRange range, IReadOnlyList<string> users, CancellationToken cancel = default);
}

/// <inheritdoc cref="ILimitFigures"/>
internal sealed class LimitFigures(
    IReadSnapshots snapshots, SeriesQueries queries, NameCatalog names, IMetricQueries metrics, TimeProvider clock) : ILimitFigures
{
    /// <summary>Before so much of a window is over, no pace says anything.</summary>
    private const double LeastPace = 3;

    private const int MostPoints = 20_000, MostResets = 50, MostWindows = 20;

    /// <summary>A window that moved by less says little of what a per cent is worth.</summary>
    private const double LeastMove = 5;

    private static readonly TimeSpan s_looked = TimeSpan.FromDays(35);

    public async Task<IReadOnlyList<LimitWindow>> GetLimitsAsync(IReadOnlyList<string> users, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var from = (now - s_looked).ToUnixTimeMilliseconds();
        var windows = new List<LimitWindow>();
        foreach (var (user, id, words) in await SaidAsync(null, from, long.MaxValue, users, cancel).ConfigureAwait(false))
        {
            if (Follow(id, words) is not { } found) continue;
            windows.Add(ToWindow(user, id, found, now, await WorthAsync(user, found.Windows, cancel).ConfigureAwait(false)));
        }
        return [.. windows.OrderBy(w => w.User, StringComparer.Ordinal).ThenBy(w => w.Id, StringComparer.Ordinal)];
    }

    public async Task<IReadOnlyList<LimitPoint>> GetLimitHistoryAsync(
        string window, TimeRange range, IReadOnlyList<string> users, CancellationToken cancel = default) =>
        [.. (await SaidAsync(window, range.Start, range.End, users, cancel).ConfigureAwait(false)).SelectMany(s => s.Words).OrderBy(w => w.At)
            .Select(w => new LimitPoint(DateTimeOffset.FromUnixTimeMilliseconds(w.At), w.Used, End(w)))];

    /// <summary>What was said, by user and window.</summary>
    private async Task<List<(string? User, string Id, List<QuotaWord> Words)>> SaidAsync(
        string? window, long from, long until, IReadOnlyList<string> users, CancellationToken cancel)
    {
        await using var snapshot = await snapshots.OpenAsync(cancel).ConfigureAwait(false);
        var ends = (await queries.SeriesOfAsync(snapshot.Db, StatuslineReader.ResetsMetric, cancel).ConfigureAwait(false))
            .ToLookup(s => s.Tags, StringComparer.Ordinal);
        var said = new Dictionary<(string? User, string Id), List<QuotaWord>>();
        foreach (var series in await queries.SeriesOfAsync(snapshot.Db, StatuslineReader.UsedMetric, cancel).ConfigureAwait(false))
        {
            var tags = JsonSerializer.Deserialize<Dictionary<string, string>>(series.Tags)!;
            if (tags.GetValueOrDefault(StatuslineReader.WindowTag) is not { } id || window is not null && id != window) continue;
            var user = Person(tags.GetValueOrDefault(StatuslineReader.UserTag));
            if (users.Count > 0 && (user is null || !users.Contains(user))) continue;
            if (!said.TryGetValue((user, id), out var words)) said[(user, id)] = words = [];
            words.AddRange(await WordsAsync(snapshot.Db, series, [.. ends[series.Tags]], from, until, cancel).ConfigureAwait(false));
        }
        return [.. said.Select(s => (s.Key.User, s.Key.Id, s.Value.OrderBy(w => w.At).ToList()))];
    }

    private async Task<List<QuotaWord>> WordsAsync(
        ObservatoryContext db, SeriesEntity used, IReadOnlyList<SeriesEntity> resets, long from, long until, CancellationToken cancel)
    {
        var ends = new Dictionary<long, double>();
        foreach (var series in resets)
        {
            await foreach (var point in queries.LatestFrom(db, series.Id, from, MostPoints).WithCancellation(cancel).ConfigureAwait(false))
                ends[point.At] = Math.Max(point.Value, ends.GetValueOrDefault(point.At));
        }
        var words = new List<QuotaWord>();
        await foreach (var point in queries.LatestFrom(db, used.Id, from, MostPoints).WithCancellation(cancel).ConfigureAwait(false))
        {
            if (point.At < until) words.Add(new QuotaWord(point.Value, ends.TryGetValue(point.At, out var end) ? end : null, point.At));
        }
        return words;
    }

    private string? Person(string? user) => user is not null && names.Id(NameKind.User, user) is { } id ? names.PersonText(id) ?? user : user;

    /// <summary>One window after the other: a new one begins where a word says less, or names a later end.</summary>
    private static (QuotaWord Last, List<List<QuotaWord>> Windows)? Follow(string id, List<QuotaWord> words)
    {
        QuotaWord? known = null;
        var windows = new List<List<QuotaWord>>();
        foreach (var word in words)
        {
            if (QuotaRule.With(known, word, id) is not { } next) continue;
            if (known is not { } before || next.Used < before.Used || next.ResetsAt > before.ResetsAt + 60) windows.Add([]);
            windows[^1].Add(next);
            known = next;
        }
        return known is { } last ? (last, windows) : null;
    }

    private static LimitWindow ToWindow(string? user, string id, (QuotaWord Last, List<List<QuotaWord>> Windows) found, DateTimeOffset now, PercentWorth? worth)
    {
        var (last, length, at) = (found.Last, QuotaRule.LengthOf(id), DateTimeOffset.FromUnixTimeMilliseconds(found.Last.At));
        var end = End(last);
        double? Pace(DateTimeOffset when) => end is { } e ? Math.Clamp(100 * (1 - (e - when) / length), 0, 100) : null;
        var isRunning = (end ?? at + length) > now;
        var forecast = isRunning && Pace(at) is >= LeastPace and var pace ? last.Used * 100 / pace : (double?)null;
        DateTimeOffset? full = last.Used >= 100 ? at : forecast > 100 && end is { } reset ? reset - length + (at - (reset - length)) * (100 / last.Used) : null;
        return new LimitWindow(
            user, id, TitleOf(id), last.Used, end, at, isRunning ? Pace(now) : null, forecast, isRunning ? full : null,
            [.. found.Windows.Skip(1).Select(w => DateTimeOffset.FromUnixTimeMilliseconds(w[0].At)).Reverse().Take(MostResets)], worth)
        { IsRunning = isRunning };
    }

    /// <summary>"5-hour window"; a name that is not known is shown as it is.</summary>
    internal static string TitleOf(string id) => id switch
    {
        "five_hour" => "5-hour window", "seven_day" => "7-day window", _ => id.Replace('_', ' '),
    };

    private async Task<PercentWorth?> WorthAsync(string? user, List<List<QuotaWord>> windows, CancellationToken cancel)
    {
        var asked = windows.Where(w => w[^1].Used - w[0].Used >= LeastMove).TakeLast(MostWindows).ToList();
        if (asked.Count == 0) return null;
        var filter = user is null ? MetricsFilter.None : MetricsFilter.None with { Users = [user] };
        var answers = await metrics.AskAsync([.. asked.Select(w => new MetricRequest
        {
            Metrics = ["tokens"], Range = new TimeRange(w[0].At, w[^1].At), Zone = TimeZoneInfo.Utc, Filter = filter,
        })], cancel).ConfigureAwait(false);
        var worth = answers.Zip(asked).Select(p => (p.First.Value(0) ?? 0) / (p.Second[^1].Used - p.Second[0].Used)).Where(w => w > 0).Order().ToList();
        return worth.Count == 0 ? null : new PercentWorth(worth[worth.Count / 2], worth[0], worth[^1], worth.Count);
    }

    private static DateTimeOffset? End(QuotaWord word) =>
        word.ResetsAt is { } seconds ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;
}
