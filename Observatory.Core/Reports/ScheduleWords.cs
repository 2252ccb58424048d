using System.Globalization;
using Observatory.Core.Presentation;

namespace Observatory.Core.Reports;

/// <summary>A schedule in words, where it is one of the usual ones.</summary>
public static class ScheduleWords
{
    /// <summary>"every Monday at 07:30", "on the last day of every month at 08:00", "by the schedule 0 8 * * 1-5".</summary>
    public static string Of(ReportSchedule schedule, Formats format)
    {
        var fields = schedule.Cron.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5 || fields[3] != "*" || Number(fields[0], 59) is not { } minute || Number(fields[1], 23) is not { } hour) return Plain(schedule);
        var at = $"at {new TimeOnly(hour, minute).ToString("t", format.Culture)} {schedule.Timezone}";
        return (fields[2], fields[4]) switch
        {
            ("*", "*") => $"every day {at}",
            ("*", var weekday) when Number(weekday, 7) is { } day => $"every {CultureInfo.InvariantCulture.DateTimeFormat.DayNames[day % 7]} {at}",
            ("L", "*") => $"on the last day of every month {at}",
            (var date, "*") when Number(date, 31) is { } day and > 0 => $"on day {day.ToString(CultureInfo.InvariantCulture)} of every month {at}",
            _ => Plain(schedule),
        };
    }

    private static string Plain(ReportSchedule schedule) => $"by the schedule {schedule.Cron} ({schedule.Timezone})";

    private static int? Number(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
