using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Users;

/// <summary>What the list of users shows, made once for each answer.</summary>
public sealed class UsersModel
{
    public static ListSort<UserFigures> Sort { get; } = new("-messages", new Dictionary<string, Func<UserFigures, IComparable?>>
    {
        ["user"] = r => r.UserId,
        ["conversations"] = r => r.ConversationCount,
        ["messages"] = r => r.TotalMessages,
        ["tokens"] = r => r.TotalTokensUsed,
        ["cost"] = r => r.TotalCost,
        ["sitting"] = r => r.AverageSessionDuration > 0 ? r.AverageSessionDuration : null,
        ["hour"] = r => r.MostActiveTimeOfDay,
    });

    private UsersModel(IReadOnlyList<UserFigures> users, UrlState url, Formats format, bool nothing)
    {
        Rows = Sort.Apply(ListFind.In(users, url, r => r.UserId), url);
        Known = users.Count;
        Nothing = nothing;
        Tokens = users.Sum(u => u.TotalTokensUsed);
        Hours = ChartDataTransformer.HoursOfDay("At what hour do people work?", [.. Enumerable.Range(0, 24).Select(h => users.Sum(u => u.ActivityPattern.GetValueOrDefault(Key(h))))], h => Hour(h, format));
    }

    public IReadOnlyList<UserFigures> Rows { get; }

    /// <summary>Rows without the search.</summary>
    public int Known { get; }

    public ChartConfiguration Hours { get; }
    public long Tokens { get; }
    public bool Nothing { get; }

    public static async Task<UsersModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, Formats format, CancellationToken cancel)
    {
        var users = await analytics.GetUsersAsync(url.ToQuery(now), cancel);
        return new UsersModel(users, url, format, users.Count == 0 && await OverviewModel.IsEmptyAsync(analytics, cancel));
    }

    /// <summary>The address of one user; ids may hold slashes.</summary>
    public static string Link(UrlState url, string id) =>
        (url with { Path = "/users/" + Uri.EscapeDataString(id).Replace("%2F", "/", StringComparison.Ordinal), Extra = url.Extra.Clear(), Filter = url.Filter with { Users = [] } }).Here;

    /// <summary>"14:00", as the reader writes times.</summary>
    public static string Hour(int hour, Formats format) => format.Hour(hour);

    public static string Hour(string? name, Formats format) =>
        name is { Length: >= 2 } && int.TryParse(name[..2], System.Globalization.CultureInfo.InvariantCulture, out var hour) ? Hour(hour, format) : Formats.None;

    public static string Key(int hour) => hour.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}
