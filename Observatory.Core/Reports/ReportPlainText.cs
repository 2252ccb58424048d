using System.Globalization;
using System.Text;
using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>The same as text: every figure in full.</summary>
public static class ReportPlainText
{
    public static string Write(ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var text = new StringBuilder();
        text.AppendLine(content.Subject).AppendLine(content.Lead);
        if (content.Late is { } late) text.AppendLine(late);
        foreach (var section in content.Sections) Write(text.AppendLine(), section);
        if (content.OwnerNews.Count > 0)
        {
            text.AppendLine().AppendLine("Deliveries of this report");
            foreach (var line in content.OwnerNews) text.AppendLine(CultureInfo.InvariantCulture, $"- {line}");
        }
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"Open in Observatory: {content.OpenLink}");
        if (content.Files.Count > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"Attached: {string.Join(", ", content.Files.Select(f => f.Name))}");
        text.AppendLine(content.Why);
        text.AppendLine(CultureInfo.InvariantCulture, $"Change: {content.ChangeLink}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Unsubscribe: {RecipientMarks.Unsubscribe}");
        text.AppendLine(CultureInfo.InvariantCulture, $"Was this useful? Yes: {RecipientMarks.Useful} No: {RecipientMarks.NotUseful}");
        return text.ToString().ReplaceLineEndings("\n");
    }

    /// <summary>"▲ +9.1 %, more".</summary>
    public static string Moved(Change? change, string? word)
    {
        if (change is null || change.Text == Formats.None) return "";
        var arrow = change.Direction switch { > 0 => "▲ ", < 0 => "▼ ", _ => "" };
        return $"{arrow}{change.Text}{(word is null ? "" : ", " + word)}";
    }

    private static void Write(StringBuilder text, ReportSection section)
    {
        switch (section)
        {
            case KpiSection kpis:
                foreach (var kpi in kpis.Kpis)
                {
                    var more = string.Join("; ", new[] { Moved(kpi.Change, kpi.Word), kpi.Usual ?? "" }.Where(t => t.Length > 0));
                    text.AppendLine(kpi.Label + ": " + kpi.Exact + (more.Length == 0 ? "" : " (" + more + ")"));
                }
                break;
            case FindingsSection findings:
                text.AppendLine(findings.Title);
                foreach (var finding in findings.Findings)
                {
                    text.AppendLine(CultureInfo.InvariantCulture, $"- {finding.Claim}");
                    if (finding.Cause is { } cause) text.AppendLine(CultureInfo.InvariantCulture, $"  {cause}");
                    if (finding.Link is { } link) text.AppendLine(CultureInfo.InvariantCulture, $"  {link}");
                }
                break;
            case ChartSection chart:
                text.AppendLine(chart.Title).AppendLine(chart.Alt);
                break;
            case TableSection table:
                text.AppendLine(table.Title);
                if (table.Rows.Count == 0) text.AppendLine(table.Empty ?? "There is none.");
                foreach (var row in table.Rows.Concat(table.Total is { } total ? [total] : []))
                    text.AppendLine(CultureInfo.InvariantCulture, $"- {Cells(table.Heads, row)}");
                break;
            case LinesSection lines:
                text.AppendLine(lines.Title);
                foreach (var line in lines.Lines) text.AppendLine(CultureInfo.InvariantCulture, $"- {line}");
                break;
            case FailedSection failed:
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"{failed.Title}: this part could not be read when the report was made. Open it in Observatory.");
                break;
        }
    }

    private static string Cells(IReadOnlyList<string> heads, IReadOnlyList<string> row) =>
        row[0] + ": " + string.Join(", ", row.Skip(1).Zip(heads.Skip(1), (cell, head) => (cell, head)).Where(p => p.cell.Length > 0).Select(p =>
            $"{p.head} {p.cell}"));
}
