using Observatory.Core.Metrics;
using Observatory.Web.Components.Shared;

namespace Observatory.Web.Components.Pages.Conversations;

/// <param name="Key">In the address.</param>
/// <param name="Sort">Field of the API that it sorts by, null = none.</param>
/// <param name="Shown">Without a choice of the reader.</param>
/// <param name="Level">When it goes where there is no room (<see cref="LessWide"/>); 0 = never.</param>
public sealed record ConversationColumn(string Key, string Title, string? Sort, bool Number, bool Shown = true, int Level = 0);

/// <summary>The columns beside the title, and which of them an address asks for.</summary>
public static class ConversationColumns
{
    private const string Parameter = "columns";

    public static IReadOnlyList<ConversationColumn> All { get; } =
    [
        new("project", "Project", "project", false, Level: 1), new("user", "User", "userId", false), new("models", "Models", null, false, Level: 2),
        new("messages", "Messages", "messageCount", true, Level: 2), new("tokens", "Tokens", "totalTokens", true), new("cost", "Cost", "cost", true),
        new("tools", "Tools", "toolCalls", true, Level: 4), new("failed", "Failed", "toolErrors", true, Level: 3),
        new("response", "Response", "averageResponseTime", true, Level: 6), new("duration", "Duration", "duration", true, Level: 5),
        new("started", "Started", "createdAt", true, false), new("active", "Active", "activeSeconds", true, false),
        new("cache", "From cache", "cacheHitRate", true, false), new("branch", "Branch", null, false, false),
        new("source", "Known through", null, false, false), new("last", "Last activity", "lastActivity", true),
    ];

    /// <param name="users">More than one user is known: without a choice the column shows only then.</param>
    public static IReadOnlyList<ConversationColumn> Of(UrlState url, bool users)
    {
        if (url.Get(Parameter) is not { } chosen)
        {
            // One column more takes the room of another: each goes a step earlier.
            return [.. All.Where(c => c.Shown && (users || c.Key != "user")).Select(c => users && c.Level > 0 ? c with { Level = c.Level + 1 } : c)];
        }
        var keys = chosen.Split('.');
        // What a reader chose stays, and the table scrolls.
        return [.. All.Where(c => keys.Contains(c.Key)).Select(c => c with { Level = 0 })];
    }

    public static UrlState Toggle(UrlState url, bool users, string key)
    {
        var now = Of(url, users).Select(c => c.Key).ToHashSet();
        if (!now.Remove(key)) now.Add(key);
        // "none" is a choice too, and no column has that name.
        var text = string.Join('.', All.Select(c => c.Key).Where(now.Contains));
        return url.With(Parameter, text.Length == 0 ? "none" : text == Default(url, users) ? null : text);
    }

    public static UrlState Reset(UrlState url) => url.With(Parameter, null);

    public static bool IsChosen(UrlState url) => url.Get(Parameter) is not null;

    public static bool CanSort(string? sort) => sort is not null && ConversationListQuery.Sorts.Contains(sort.TrimStart('-'));

    private static string Default(UrlState url, bool users) => string.Join('.', Of(Reset(url), users).Select(c => c.Key));
}
