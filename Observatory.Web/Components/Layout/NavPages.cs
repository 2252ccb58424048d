namespace Observatory.Web.Components.Layout;

/// <param name="Path">Where it is.</param>
/// <param name="Key">Second letter after <c>g</c>.</param>
public sealed record NavPage(string Path, string Title, string Icon, char? Key = null);

/// <summary>Pages of the navigation and the palette, in order. A page stands here from the day it exists.</summary>
public static class NavPages
{
    public static IReadOnlyList<NavPage> Main { get; } =
    [
        new("/", "Overview", "overview", 'o'),
        new("/live", "Live", "pulse", 'l'),
        new("/conversations", "Conversations", "chat", 'c'),
        new("/users", "Users", "user", 'u'),
        new("/projects", "Projects", "folder", 'p'),
        new("/models", "Models & cost", "coin", 'm'),
        new("/tools", "Tools", "wrench", 't'),
        new("/trends", "Trends & anomalies", "trend", 'a'),
        new("/changes", "What changed", "swap", 'w'),
        new("/limits", "Limits", "gauge", 'i'),
        new("/explore", "Explore", "compass", 'x'),
        new("/alerts", "Alerts", "bell"),
        new("/reports", "Reports", "mail", 'r'),
        new("/exports", "Exports", "download", 'e'),
    ];

    /// <summary>For administrators only: others do not see that they exist.</summary>
    public static IReadOnlyList<NavPage> Admin { get; } =
    [
        new("/admin/pipeline", "Pipeline", "database"),
        new("/admin/doctor", "Doctor", "check"),
        new("/admin/jobs", "Jobs", "clock"),
        new("/admin/dead-letters", "Dead letters", "inbox"),
        new("/admin/users", "Users & roles", "user"),
        new("/admin/keys", "API keys", "key"),
        new("/admin/provider", "Sign-in by a provider", "exit"),
        new("/admin/aliases", "User names", "merge"),
        new("/admin/retention", "Retention", "clock"),
        new("/admin/archives", "Archives", "inbox"),
        new("/admin/backups", "Backups", "database"),
        new("/admin/redaction", "Redaction", "filter"),
        new("/admin/audit", "Audit log", "lock"),
    ];

    public static NavPage Start { get; } = new("/get-started", "Get started", "flag", 's');

    public static IEnumerable<NavPage> All => Main.Append(Start);

    /// <summary>Pages of those who see everything; others do not see that they exist.</summary>
    private static readonly string[] s_ofNames = ["/alerts", "/reports"];

    /// <summary>Of <see cref="Main"/> what this reader may open.</summary>
    public static IEnumerable<NavPage> MainFor(bool names) => Main.Where(p => names || !s_ofNames.Contains(p.Path));

    /// <summary>What this reader may open.</summary>
    public static IEnumerable<NavPage> For(bool admin, bool names) => (admin ? MainFor(names).Concat(Admin) : MainFor(names)).Append(Start);

    public static bool IsAt(NavPage page, string path) => page.Path == "/" ? path == "/" : path == page.Path
        || path.StartsWith(page.Path + "/", StringComparison.Ordinal);
}
