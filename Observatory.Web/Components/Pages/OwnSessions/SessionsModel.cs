using Observatory.Web.Identity;

namespace Observatory.Web.Components.Pages.OwnSessions;

/// <param name="Rows">Newest first.</param>
/// <param name="Current">Id of the reader's own, or null for a reader with a key.</param>
public sealed record SessionsModel(IReadOnlyList<SessionRow> Rows, string? Current);

/// <param name="Browser">Chrome on Linux, as far as it can be told.</param>
/// <param name="Agent">All that the browser called itself.</param>
/// <param name="Way">How it began.</param>
public sealed record SessionRow(
    string Id, string Browser, string? Agent, string Way, string? Address, DateTimeOffset Created, DateTimeOffset LastSeen, DateTimeOffset Ends)
{
    private static readonly (string Mark, string Name)[] s_browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Mark, string Name)[] s_systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "macOS"), ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
    ];

    internal static SessionRow Of(Session session) => new(
        session.Id, BrowserOf(session.Agent), session.Agent, session.Way == "link" ? "Link of the console" : "Password", session.Address,
        Instant(session.CreatedAt), Instant(session.LastSeenAt), Instant(session.ExpiresAt));

    public static string BrowserOf(string? agent)
    {
        var browser = Find(agent, s_browsers);
        var system = Find(agent, s_systems);
        if (browser is null) return system is null ? "Unknown browser" : $"A browser on {system}";
        return system is null ? browser : $"{browser} on {system}";
    }

    private static DateTimeOffset Instant(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static string? Find(string? agent, (string Mark, string Name)[] all) =>
        agent is null ? null : Array.Find(all, one => agent.Contains(one.Mark, StringComparison.Ordinal)).Name;
}
