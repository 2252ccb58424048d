using Observatory.Core.Presentation;
using Observatory.Core;
using Observatory.Core.Charts;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Pages.Overview;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Users;

/// <summary>One user: own figures, and the overview's parts with the user as a fixed filter.</summary>
/// <param name="User">Null = nobody has this id.</param>
/// <param name="Rank">Place among all by tokens, from 1; 0 = nothing in this range.</param>
/// <param name="Of">How many there are.</param>
public sealed record UserModel(UserFigures? User, OverviewModel? Overview, ChartConfiguration? Hours, int Rank = 0, int Of = 0)
{
    public static async Task<UserModel> LoadAsync(
        AnalyticsEngine analytics, string id, UrlState url, DateTimeOffset now, Formats format, CancellationToken cancel)
    {
        var own = url with { Filter = url.Filter with { Users = [id] } };
        if (await analytics.GetUserAsync(id, own.ToQuery(now), cancel) is not { } user) return new UserModel(null, null, null);
        var hours = ChartDataTransformer.HoursOfDay(
            "At what hour?", [.. Enumerable.Range(0, 24).Select(h => user.MessagesAt(UsersModel.Key(h)))], h =>
                UsersModel.Hour(h, format));
        var all = await analytics.GetUsersAsync((url with { Filter = url.Filter with { Users = [] } }).ToQuery(now), cancel);
        var rank = user.TotalTokensUsed > 0 ? UsersModel.RankIn(all, user) : 0;
        return new UserModel(user, await OverviewModel.LoadAsync(analytics, own, now, format, cancel), hours, rank, all.Count);
    }
}
