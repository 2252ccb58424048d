using System.Globalization;
using System.Text.Json;
using Observatory.Core.Metrics;
using Observatory.Core.Reports;

namespace Observatory.Web.Components.Pages.Reports;

/// <summary>A report while it is edited: fields as they are typed, and what is wrong with them. It is checked by the reader of the API.</summary>
public sealed class ReportDraft
{
    public string Name { get; set; } = "";
    public string Period { get; set; } = "lastWeek";
    public List<string> Sections { get; set; } = [.. ReportWords.UsualSections];
    public MetricsFilter Filters { get; set; } = MetricsFilter.None;
    public string Condition { get; set; } = "always";
    public string Locale { get; set; } = "en-US";
    public string Missed { get; set; } = "once";
    public bool Paused { get; set; }
    public string? Owner { get; set; }
    public string Timezone { get; set; } = "UTC";
    public List<string> Recipients { get; set; } = [];
    public List<string> Attachments { get; set; } = [];

    /// <summary><c>day|week|month|cron</c>.</summary>
    public string Every { get; set; } = "week";
    public int Weekday { get; set; } = 1;
    /// <summary>0 = the last one.</summary>
    public int DayOfMonth { get; set; } = 1;
    public TimeOnly Time { get; set; } = new(8, 0);
    public string Cron { get; set; } = "0 8 * * 1";

    public string EffectiveCron => Every switch
    {
        "day" => string.Create(CultureInfo.InvariantCulture, $"{Time.Minute} {Time.Hour} * * *"),
        "week" => string.Create(CultureInfo.InvariantCulture, $"{Time.Minute} {Time.Hour} * * {Weekday}"),
        "month" => string.Create(CultureInfo.InvariantCulture, $"{Time.Minute} {Time.Hour} {(DayOfMonth == 0 ? "L" : DayOfMonth)} * *"),
        _ => Cron,
    };

    /// <summary>A new one for a reader.</summary>
    public static ReportDraft New(string zone, string locale) => new() { Name = "Weekly report", Timezone = zone, Locale = locale };

    public static ReportDraft Of(ReportDefinition report)
    {
        var draft = new ReportDraft
        {
            Name = report.Name, Period = report.Period, Sections = [.. report.Sections], Filters = report.Filters, Condition = report.Condition,
            Locale = report.Locale, Missed = report.Missed, Paused = report.Paused, Owner = report.Owner, Timezone = report.Schedule.Timezone,
            Recipients = [.. report.Recipients], Attachments = [.. report.Attachments], Cron = report.Schedule.Cron, Every = "cron",
        };
        draft.ReadCron();
        return draft;
    }

    /// <summary>As the API would take it.</summary>
    public ReportDefinition? Read(out IReadOnlyDictionary<string, string[]> errors)
    {
        var json = ReportJson.Write(new ReportDefinition
        {
            Name = Name, Period = Period, Sections = [.. ReportWords.Sections.Where(Sections.Contains)], Filters = Filters, Condition = Condition,
                Locale = Locale,
            Missed = Missed, Paused = Paused, Owner = Owner, Recipients = Recipients, Attachments = Attachments,
                Schedule = new ReportSchedule(EffectiveCron, Timezone),
        });
        using var document = JsonDocument.Parse(json.ToJsonString());
        var reader = new ReportReader();
        var definition = reader.Read(document.RootElement);
        errors = reader.Errors;
        return definition;
    }

    /// <summary>A usual schedule is shown as its preset.</summary>
    private void ReadCron()
    {
        var fields = Cron.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5 || fields[3] != "*" || !int.TryParse(fields[0], CultureInfo.InvariantCulture, out var minute)
            || !int.TryParse(fields[1], CultureInfo.InvariantCulture, out var hour)) return;
        var time = new TimeOnly(hour, minute);
        if (fields[2] == "*" && fields[4] == "*") (Every, Time) = ("day", time);
        else if (fields[2] == "*" && int.TryParse(fields[4], CultureInfo.InvariantCulture, out var weekday)) (Every, Time, Weekday) =
            ("week", time, weekday % 7);
        else if (fields[4] == "*" && fields[2] == "L") (Every, Time, DayOfMonth) = ("month", time, 0);
        else if (fields[4] == "*" && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var day)) (Every, Time, DayOfMonth) = ("month", time, day);
    }
}
