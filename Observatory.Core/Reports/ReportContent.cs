using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>What a report says, before it is a page, a mail or a text. Numbers are texts in the reader's locale already.</summary>
public sealed record ReportContent
{
    public required string Name { get; init; }

    /// <summary>BCP 47 tag.</summary>
    public required string Locale { get; init; }

    /// <summary>The finding with a figure.</summary>
    public required string Subject { get; init; }

    /// <summary>Days, zone, what it is compared with, and a verdict.</summary>
    public required string Lead { get; init; }

    /// <summary>Sections in the order of the definition, but what was found comes first.</summary>
    public required IReadOnlyList<ReportSection> Sections { get; init; }

    /// <summary>Something stands out: changes, anomalies of at least medium severity.</summary>
    public required bool HasFindings { get; init; }

    /// <summary>There is any activity in the period.</summary>
    public required bool HasData { get; init; }

    /// <summary>What went wrong with deliveries of this report; for its owner only.</summary>
    public IReadOnlyList<string> OwnerNews { get; init; } = [];

    /// <summary>"Sent 40 minutes late …", null = it is not.</summary>
    public string? Late { get; init; }

    /// <summary>Why the reader gets it.</summary>
    public required string Why { get; init; }

    /// <summary>What is attached, or what stands in its place.</summary>
    public IReadOnlyList<ReportFile> Files { get; init; } = [];

    /// <summary>The page with the same days and filters.</summary>
    public required string OpenLink { get; init; }

    /// <summary>The report's own page.</summary>
    public required string ChangeLink { get; init; }
}

/// <param name="Bytes">Null = it is not made yet.</param>
public sealed record ReportFile(string Name, long? Bytes);

/// <summary>One block of a report.</summary>
/// <param name="Key">Of <see cref="ReportWords.Sections"/>.</param>
public abstract record ReportSection(string Key);

public sealed record KpiSection(IReadOnlyList<ReportKpi> Kpis) : ReportSection("summary");

/// <param name="Value">Short, for a tile.</param>
/// <param name="Exact">In full, for the text.</param>
/// <param name="Change">Against the period before, null = there is nothing to compare with.</param>
/// <param name="Word">"faster", "more": what the change means where colour would say it.</param>
/// <param name="Usual">"usual $310.00 to $390.00", null = too young.</param>
public sealed record ReportKpi(string Label, string Value, string Exact, Change? Change, string? Word, string? Usual);

public sealed record FindingsSection(string Key, string Title, IReadOnlyList<ReportFinding> Findings, string? Empty = null) : ReportSection(Key);

/// <param name="Claim">With a figure.</param>
/// <param name="Cause">Who and what, null = it is not known.</param>
public sealed record ReportFinding(string Claim, string? Cause, string? Link);

/// <param name="Labels">One a group of bars.</param>
/// <param name="Values">Text of each, as it stands below the bars; empty where there are too many.</param>
/// <param name="Alt">All numbers.</param>
/// <param name="Image">PNG, null = it could not be drawn.</param>
public sealed record ChartSection(
    string Title, string ThisTime, string? TimeBefore, string Unit, IReadOnlyList<string> Labels, IReadOnlyList<string> Values, string Alt, byte[]? Image)
    : ReportSection("trends")
{
    public const string ImageId = "chart@observatory";
}

/// <param name="Heads">Of the columns; the first is the name's.</param>
/// <param name="Rows">With as many cells.</param>
/// <param name="Total">The last row, null = none.</param>
public sealed record TableSection(
    string Key, string Title, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string>? Total, string? Empty = null)
    : ReportSection(Key);

/// <param name="Key">Of the section.</param>
public sealed record LinesSection(string Key, string Title, IReadOnlyList<string> Lines) : ReportSection(Key);

/// <summary>It could not be read: said, never left out.</summary>
public sealed record FailedSection(string Key, string Title) : ReportSection(Key);
