using Microsoft.Extensions.Logging;
using Observatory.Core.Accounts;

namespace Observatory.Core.Reports;

/// <summary>For whom and why a report is made now.</summary>
/// <param name="LateBy">How much later than it was due, null = it is not.</param>
/// <param name="OwnerNews">See <see cref="ReportContent.OwnerNews"/>.</param>
public sealed record ReportReason(TimeSpan? LateBy = null, IReadOnlyList<string>? OwnerNews = null)
{
    /// <summary>For a look at it.</summary>
    public static ReportReason Look { get; } = new();
}

/// <summary>Makes what a report says. Figures come through the front door, in the name of the report's owner. Thread-safe.</summary>
public sealed class ReportBuilder(
    AnalyticsReads reads, AnalyticsTracker tracker, IAccountStore accounts, IReportLinks links, IEnumerable<IReportBudgets> budgets, TimeProvider clock,
    ILogger<ReportBuilder> log)
{
    /// <summary>Of a report without an account: the server's own.</summary>
    private const string NoOwner = "report";

    /// <summary>The door through which a report of this owner reads: it sees what its owner sees now. Without an account it is the server's own.</summary>
    public async Task<AnalyticsEngine> EngineOfAsync(ReportDefinition definition, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var user = definition.Owner is { } owner ? await accounts.FindUserAsync(owner, cancel).ConfigureAwait(false) : null;
        var asker = user is null ? new Asker(definition.Owner ?? NoOwner, UserRole.Admin) : user.Disabled ? Asker.Nobody : Askers.Of(user);
        return new AnalyticsEngine(new ReportAsker(asker), reads, tracker);
    }

    /// <param name="id">Of the report, 0 = it is not kept.</param>
    public async Task<ReportContent> BuildAsync(int id, ReportDefinition definition, ReportPeriod period, ReportReason reason,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(period);
        ArgumentNullException.ThrowIfNull(reason);
        var zone = CronSchedule.ZoneOf(definition.Schedule);
        var text = new ReportText(ReportReader.CultureOf(definition.Locale) ?? System.Globalization.CultureInfo.InvariantCulture, zone, clock.GetUtcNow());
        var engine = await EngineOfAsync(definition, cancel).ConfigureAwait(false);
        var figures = await ReportFigures.LoadAsync(engine, definition, period, zone, budgets.FirstOrDefault(), log, cancel).ConfigureAwait(false);
        var changes = new ReportChanges(figures, definition, period, text);
        var found = changes.Find();
        var unusual = figures.Anomalies ?? [];
        var hasFindings = found.Count + unusual.Count > 0;
        var sections = new ReportSections(figures, definition, period, text, changes, found).Make();
        var subject = ReportSubject.Of(figures, definition, period, text, changes, found, unusual);
        var own = new ReportContent
        {
            Name = definition.Name, Locale = definition.Locale, Subject = subject, Lead = Lead(definition, period, text, changes, hasFindings, figures),
            Sections = [.. sections.Select(Linked)], HasFindings = hasFindings,
                HasData = figures.Now.Dashboard.Overview is { TotalMessages: > 0 } or { TotalTokens: > 0 },
            OwnerNews = reason.OwnerNews ?? [], Late = Late(reason.LateBy, text),
            Why = $"You get this {ScheduleWords.Of(definition.Schedule, text.Format)} because {definition.Owner ?? "an administrator"} added you.",
            OpenLink = links.Page(text.Link("/", period, definition.Filters)),
                ChangeLink = links.Page(id > 0 ? $"/reports/{ReportSource.IdOf(id)}" : "/reports"),
        };
        return own;
    }

    private ReportSection Linked(ReportSection section) => section is not FindingsSection findings ? section
        : findings with { Findings = [.. findings.Findings.Select(f => f with { Link = f.Link is { } path ? links.Page(path) : null })] };

    private static string Lead(
        ReportDefinition definition, ReportPeriod period, ReportText text, ReportChanges changes, bool hasFindings, ReportFigures figures)
    {
        var compared = !changes.HasBefore ? "no data before to compare with"
            : period.Days == 7 ? "against the week before" : period.Days == 1 ? "against the same weekday a week before"
            : $"against the same weekdays {text.Format.Plural(period.WeeksApart, "week")} before";
        var verdict = figures.Now.Dashboard.Overview is { TotalMessages: 0, TotalTokens: 0 } ? "Nothing happened in this time."
            : changes.MainCause() is { } cause && hasFindings ? cause : hasFindings ? "" : changes.HasBefore ? "Nothing unusual." : "";
        var filters = definition.Filters.IsEmpty ? "" : " Filtered.";
        return $"{text.Days(period)}, {text.Zone.Id}, {compared}. {verdict}{filters}".TrimEnd();
    }

    private static string? Late(TimeSpan? by, ReportText text) => by is not { } late ? null
        : $"Sent {text.Format.Duration(Math.Floor(late.TotalMinutes) * 60)} late: the server could not send it when it was due.";

    /// <summary>A report reads in the name of one owner from its beginning to its end.</summary>
    private sealed class ReportAsker(Asker asker) : IAskerSource
    {
        public Asker Current { get; } = asker;
    }
}
