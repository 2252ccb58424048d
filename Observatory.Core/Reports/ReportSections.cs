namespace Observatory.Core.Reports;

/// <summary>The blocks of a report. What was found comes first; a quiet time has the figures and what is missing in them, no more.</summary>
internal sealed class ReportSections(
    ReportFigures figures, ReportDefinition definition, ReportPeriod period, ReportText text, ReportChanges changes, IReadOnlyList<ReportFinding> found)
{
    public const int MostRows = 5;
    private const int MostUnusual = 3;

    public IReadOnlyList<ReportSection> Make()
    {
        var isQuiet = found.Count == 0 && figures.Anomalies is { Count: 0 } && changes.HasBefore;
        var order = definition.Sections.OrderByDescending(key => key == "summary").ThenByDescending(HasFindings);
        return [.. order.Where(key => !isQuiet || key is "summary" or "data" or "trends" or "budgets").Select(Section).OfType<ReportSection>()];
    }

    private bool HasFindings(string key) => key == "anomalies" && figures.Anomalies is { Count: > 0 } || key == "changes" && found.Count > 0;

    private ReportSection? Section(string key) => figures.Failed.Contains(key) && key != "summary" ? new FailedSection(key, TitleOf(key)) : key switch
    {
        "summary" => ReportKpis.Of(figures, text),
        "changes" => found.Count > 0 ? new FindingsSection(key, TitleOf(key), found) : null,
        "anomalies" => Unusual(),
        "trends" => ReportCharts.Of(figures, period, text),
        "projects" => ReportTables.Projects(figures, text),
        "users" => ReportTables.Users(figures, text),
        "models" => ReportTables.Models(figures, text),
        "tools" => ReportTables.Tools(figures, text),
        "errors" => Errors(),
        "topics" => Topics(),
        "data" => Data(),
        "budgets" => figures.Budgets is { Count: > 0 } budgets ? new LinesSection(key, TitleOf(key), budgets) : null,
        _ => null,
    };

    internal static string TitleOf(string key) => key switch
    {
        "changes" => "What changed", "anomalies" => "What was unusual", "trends" => "How many tokens?", "projects" => "Top projects", "users" => "Top users",
        "models" => "Models", "tools" => "Tools", "errors" => "Errors", "budgets" => "Budgets", "topics" => "Topics", "data" => "What is missing in the data",
            _ => key,
    };

    private FindingsSection? Unusual()
    {
        var all = figures.Anomalies ?? [];
        if (all.Count == 0) return null;
        var shown = all.OrderByDescending(a => a.Severity).ThenByDescending(a => a.Start).Take(MostUnusual).Select(a =>
        {
            var when = period.Days == 1 ? text.Format.Time(a.Start, text.Zone) : text.Format.Day(a.Start, text.Zone, text.Now);
            var main = a.Contributions.Where(c => c.Name is not null && Math.Sign(c.Delta) == Math.Sign(a.Value - a.Usual)).MaxBy(c => Math.Abs(c.Delta));
            var share = main is null || a.Value == a.Usual ? null : (double?)(main.Delta / (a.Value - a.Usual));
            var cause = share is >= 0.3 and <= 1.0001 ? $"{ReportText.Cut(main!.Name!)} made {text.Format.Percent(share * 100, 0)} of the difference." : null;
            return new ReportFinding($"{when}: {a.Reason}", cause, text.Link("/", period, a.Filter));
        });
        return new FindingsSection("anomalies", TitleOf("anomalies"), [.. shown]);
    }

    private LinesSection Errors()
    {
        var (now, speed) = (figures.Now.Dashboard.Overview, figures.Now.Dashboard.Performance);
        var lines = new List<string>
        {
            $"API calls that failed: {text.Format.Share(speed.ErrorRate)}",
            $"Tool calls that failed: {text.Whole(now.ToolErrors)} of {text.Whole(now.ToolCalls)}",
        };
        lines.AddRange(figures.Now.Tools.Where(t => t.Errors > 0).OrderByDescending(t => t.Errors).Take(3)
            .Select(t => $"{ReportText.Cut(t.Tool)}: {text.Whole(t.Errors)} failed, {text.Format.Share(t.ErrorRate)}"));
        return new LinesSection("errors", TitleOf("errors"), lines);
    }

    private LinesSection? Topics() => figures.Topics is not { Count: > 0 } topics ? null
        : new LinesSection("topics", TitleOf("topics"), [.. topics.Select(t =>
            $"{ReportText.Cut(t.Topic)}: {text.Format.Plural(t.Conversations, "conversation")}")]);

    private LinesSection? Data()
    {
        var lines = new List<string>();
        var now = figures.Now.Dashboard.Overview;
        if (now.UnpricedTokens > 0) lines.Add($"{text.Whole(now.UnpricedTokens)} tokens have no price and are not in the cost.");
        var filled = figures.Now.Usage.Count(u => u.Messages > 0 || u.TotalTokens > 0);
        if (filled == 0) lines.Add("There is no data in this time.");
        if (figures.Pipeline is { WriterFailing: true }) lines.Add("At this moment nothing can be stored: the newest figures may be missing.");
        if (figures.Pipeline is { DeadLetters: > 0 } pipeline) lines.Add(
            $"{text.Format.Plural(pipeline.DeadLetters, "event")} of all time were set aside and count nowhere.");
        if (figures.Pipeline is { Import.State: "running" }) lines.Add("An import was running when this was made: figures may still grow.");
        return lines.Count == 0 ? null : new LinesSection("data", TitleOf("data"), lines);
    }
}
