namespace Observatory.Core.Reports;

/// <summary>Addresses that work where a reader sits.</summary>
public interface IReportLinks
{
    /// <param name="path">From the slash on, with its query.</param>
    string Page(string path);

    /// <summary>Takes a POST and ends the mails of this report to this recipient; signed.</summary>
    string Unsubscribe(int report, string recipient);

    /// <summary>Says whether a mail was of use; signed.</summary>
    string Feedback(int report, string occurrence, string recipient, bool isUseful);
}

/// <summary>Turns what a report says into a mail.</summary>
public interface IReportRenderer
{
    Task<KeptMail> RenderAsync(ReportContent content, CancellationToken cancel = default);
}

/// <summary>Says where budgets stand.</summary>
public interface IReportBudgets
{
    /// <summary>A line each, of those that concern what the report is about.</summary>
    Task<IReadOnlyList<string>> ReadAsync(Metrics.MetricsFilter filter, CancellationToken cancel = default);
}

/// <summary>Makes what is attached.</summary>
public interface IReportAttachments
{
    /// <param name="format">Of <see cref="ReportWords.Attachments"/>.</param>
    /// <returns>Null = this format is not made here.</returns>
    Task<Mail.MailAttachment?> MakeAsync(string format, AttachmentOrder order, CancellationToken cancel = default);
}

/// <summary>What a file of a report holds.</summary>
public sealed record AttachmentOrder(ReportDefinition Definition, ReportPeriod Period, TimeZoneInfo Zone, AnalyticsEngine Engine)
{
    /// <summary>Without ending: <c>observatory-2026-11-16-2026-11-22</c>.</summary>
    public string FileName => Days == 1 ? $"observatory-{Period.First:yyyy-MM-dd}" : $"observatory-{Period.First:yyyy-MM-dd}-{Period.Last:yyyy-MM-dd}";

    private int Days => Period.Days;
}
