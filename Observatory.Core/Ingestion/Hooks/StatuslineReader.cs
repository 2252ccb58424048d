using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Time;

namespace Observatory.Core.Ingestion.Hooks;

/// <summary>
/// Reads what Claude Code gives to its status line: the only supported source of the 5-hour and 7-day quota windows. Quotas become points of
/// metrics, all else goes to the board.
/// </summary>
public sealed class StatuslineReader(StatuslineBoard board)
{
    /// <summary>Percent of a window that is used, 0–100.</summary>
    public const string UsedMetric = "claude_code.quota.used_percentage";

    /// <summary>When a window begins anew, Unix seconds.</summary>
    public const string ResetsMetric = "claude_code.quota.resets_at";

    public const string WindowTag = "window";
    public const string UserTag = "user";

    private const int MostWindows = 16;
    private const int LongestPath = 4_096;

    /// <summary>The year 5138, in seconds and in milliseconds.</summary>
    private const double EndOfSeconds = 1e11, EndOfMilliseconds = 1e14;

    /// <returns>False where it is no status line.</returns>
    public bool TryRead(ReadOnlyMemory<byte> body, string? user, long now, out EventBatch batch)
    {
        batch = new EventBatch { Source = EventSource.Hook, User = user };
        try
        {
            using var document = JsonDocument.Parse(JsonFields.WithoutMark(body));
            var json = document.RootElement;
            if (json.ValueKind != JsonValueKind.Object) return false;
            if (json.Text("session_id") is { } session) board.Note(Snapshot(json, session, user, now));
            if (json.Object("worktree") is { } tree && tree.Text("path", LongestPath) is { } path && tree.Text("original_cwd", LongestPath) is { } origin)
            {
                var worktree = new WorktreeFact(path, origin);
                if (board.IsNews(worktree)) batch.Worktrees.Add(worktree);
            }
            if (json.Object("rate_limits") is { } limits) Quotas(limits, user, now, batch);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private void Quotas(JsonElement limits, string? user, long now, EventBatch batch)
    {
        foreach (var limit in limits.EnumerateObject().Take(MostWindows))
        {
            if (limit.Value.Number("used_percentage") is not { } used || used is < 0 or > 1_000 || limit.Name.Length > 64) continue;
            if (board.Note(user, limit.Name, new QuotaWord(used, ResetsAt(limit.Value), now)) is not { } word) continue;
            var tags = TagSet.Canonical([.. (user is null ? [] : new[] { KeyValuePair.Create(UserTag, user) }), KeyValuePair.Create(WindowTag, limit.Name)]);
            batch.Points.Add(Point(UsedMetric, tags, now, word.Used));
            if (word.ResetsAt is { } at) batch.Points.Add(Point(ResetsMetric, tags, now, at));
        }
    }

    private static MetricPoint Point(string metric, string tags, long at, double value)
    {
        var identity = string.Create(CultureInfo.InvariantCulture, $"{metric}\0{tags}\0{at}\0{value}");
        return new MetricPoint(EventKey.Of(KeySpace.Point, Encoding.UTF8.GetBytes(identity)), metric, tags, at, value);
    }

    /// <summary>Unix seconds. Clients write them as such; some as milliseconds, and some as a time.</summary>
    private static double? ResetsAt(JsonElement limit)
    {
        if (limit.Number("resets_at") is { } number) return number is <= 0 or >= EndOfMilliseconds ? null : number < EndOfSeconds ? number : number / 1000;
        return limit.Text("resets_at") is { } text && IsoInstant.TryParse(Encoding.UTF8.GetBytes(text), out var at) ? at / 1000.0 : null;
    }

    private static StatuslineSnapshot Snapshot(JsonElement json, string session, string? user, long now)
    {
        var (cost, context) = (json.Object("cost"), json.Object("context_window"));
        return new StatuslineSnapshot
        {
            Session = session,
            User = user,
            At = DateTimeOffset.FromUnixTimeMilliseconds(now),
            Project = ProjectOf(json.Text("cwd", LongestPath) ?? json.Object("workspace")?.Text("current_dir", LongestPath)),
            Model = json.Object("model")?.Text("id"),
            Version = json.Text("version"),
            CostUsd = cost?.Number("total_cost_usd"),
            LinesAdded = Whole(cost?.Number("total_lines_added")),
            LinesRemoved = Whole(cost?.Number("total_lines_removed")),
            ContextUsedPercentage = context?.Number("used_percentage"),
            ContextSize = Whole(context?.Number("context_window_size")),
            PullRequest = json.Object("pr")?.Text("url", 500),
        };
    }

    private static string? ProjectOf(string? folder) => ProjectPath.Normalise(folder) is { } spelled ? ProjectPath.Repository(spelled) : null;

    private static long? Whole(double? number) => number is >= 0 and <= TokenUsage.Limit ? (long)number : null;
}
