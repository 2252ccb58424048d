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

    private readonly IReadOnlyList<UserFigures> _users;

    private UsersModel(IReadOnlyList<UserFigures> users, UrlState url, Formats format, bool nothing)
    {
        Rows = Sort.Apply(ListFind.In(users, url, r => r.UserId), url);
        Known = users.Count;
        _users = users;
        Nothing = nothing;
        Tokens = users.Sum(u => u.TotalTokensUsed);
        Hours = ChartDataTransformer.HoursOfDay("At what hour do people work?",
            [.. Enumerable.Range(0, 24).Select(h => users.Sum(u => u.MessagesAt(Key(h))))], h => Hour(h, format));
    }

    public IReadOnlyList<UserFigures> Rows { get; }

    /// <summary>Place by tokens, from 1; who has as many has the same.</summary>
    public int RankOf(UserFigures user) => RankIn(_users, user);

    /// <inheritdoc cref="RankOf"/>
    public static int RankIn(IReadOnlyList<UserFigures> users, UserFigures user)
    {
        ArgumentNullException.ThrowIfNull(users);
        ArgumentNullException.ThrowIfNull(user);
        return 1 + users.Count(u => u.TotalTokensUsed > user.TotalTokensUsed);
    }

    /// <summary>Messages by hour of day.</summary>
    public static IReadOnlyList<double?> Pattern(UserFigures user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return [.. Enumerable.Range(0, 24).Select(h => (double?)user.MessagesAt(Key(h)))];
    }

    /// <summary>The same in words, for those who do not see it: the three busiest hours.</summary>
    public static string PatternWords(UserFigures user, Formats format)
    {
        ArgumentNullException.ThrowIfNull(user);
        var busiest = Enumerable.Range(0, 24).Select(h => (Hour: h, Count: user.MessagesAt(Key(h)))).Where(h => h.Count > 0)
            .OrderByDescending(h => h.Count).ThenBy(h => h.Hour).Take(3).Select(h => $"{Hour(h.Hour, format)}: {format.Plural(h.Count, "message")}").ToList();
        return busiest.Count == 0 ? "No messages" : $"Busiest: {string.Join(", ", busiest)}";
    }

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
        (url with { Path = "/users/" + Uri.EscapeDataString(id).Replace("%2F", "/", StringComparison.Ordinal), Extra = url.Extra.Clear(),
            Filter = url.Filter with { Users = [] } }).Here;

    /// <summary>"14:00", as the reader writes times.</summary>
    public static string Hour(int hour, Formats format) => format.Hour(hour);

    public static string Hour(string? name, Formats format) =>
        name is { Length: >= 2 } && int.TryParse(name[..2], System.Globalization.CultureInfo.InvariantCulture, out var hour) ? Hour(hour, format)
            : Formats.None;

    public static string Key(int hour) => hour.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}
