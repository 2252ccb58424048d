using Observatory.Core;
using Observatory.Core.Metrics;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Conversations;

/// <summary>What the list of conversations shows for an address.</summary>
public sealed class ConversationsModel
{
    public const string DefaultSort = "-lastActivity";
    private const int LongestSearch = 256;

    private ConversationsModel(ConversationList list, bool users, bool nothing) => (List, Users, Nothing) = (list, users, nothing);

    public ConversationList List { get; }

    /// <summary>More than one user is known.</summary>
    public bool Users { get; }

    /// <summary>There is no data at all, not only in this range.</summary>
    public bool Nothing { get; }

    public static async Task<ConversationsModel> LoadAsync(AnalyticsEngine analytics, UrlState url, DateTimeOffset now, CancellationToken cancel)
    {
        var choices = analytics.GetFilterChoicesAsync(cancel);
        var list = await ConversationList.LoadAsync(analytics, QueryOf(url, now), cancel);
        var known = await choices;
        return new ConversationsModel(list, known.Users.Count > 1, list.Total == 0 && known.Projects.Count + known.Models.Count + known.Users.Count == 0);
    }

    public static ConversationListQuery QueryOf(UrlState url, DateTimeOffset now) =>
        new() { Metrics = url.ToQuery(now), Search = SearchOf(url), Sort = SortOf(url) };

    public static string? SearchOf(UrlState url) => url.Get("q")?.Trim() is { Length: > 0 and <= LongestSearch } text ? text : null;

    // An address can say anything; what cannot be sorted by falls back.
    public static string SortOf(UrlState url) => ConversationColumns.CanSort(url.Get("sort")) ? url.Get("sort")! : DefaultSort;
}
