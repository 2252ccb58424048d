using Observatory.Core;
using Observatory.Core.Metrics.Live;
using Observatory.Core.Storage.Readers;
using Observatory.Core.Time;

namespace Observatory.Web.Components.Pages.Limits;

/// <summary>What the page of limits shows, made once for each answer.</summary>
/// <param name="Windows">Of everybody who may be seen, by user and name.</param>
/// <param name="User">Whose windows are shown large; null = nobody reported any.</param>
/// <param name="Histories">Of this person's windows, by id.</param>
/// <param name="Plans">Newest first.</param>
public sealed record LimitsModel(
    IReadOnlyList<LimitWindow> Windows, string? User, IReadOnlyDictionary<string, IReadOnlyList<LimitPoint>> Histories, TimeRange Range,
    IReadOnlyList<PlanSetting> Plans)
{
    /// <summary>Address key of the person who is shown large.</summary>
    public const string UserKey = "person";

    private const int Days = 7;

    public IEnumerable<LimitWindow> Own => Windows.Where(w => w.User == User);

    public static async Task<LimitsModel> LoadAsync(AnalyticsEngine analytics, IPlans plans, string? asked, DateTimeOffset now, CancellationToken cancel)
    {
        var windows = await analytics.GetLimitsAsync([], cancel);
        var user = windows.Any(w => w.User == asked) && asked is not null ? asked : windows.MaxBy(w => w.ObservedAt)?.User;
        var range = new TimeRange(now.AddDays(-Days).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
        var histories = new Dictionary<string, IReadOnlyList<LimitPoint>>(StringComparer.Ordinal);
        foreach (var window in windows.Where(w => w.User == user))
            histories[window.Id] = await analytics.GetLimitHistoryAsync(window.Id, range, user is null ? [] : [user], cancel);
        return new LimitsModel(windows, user, histories, range, await plans.ReadAsync(cancel));
    }
}
