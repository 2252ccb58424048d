using System.Globalization;
using System.Text.Json;
using Observatory.Core.Time;

namespace Observatory.Core.Reports;

/// <summary>Reads a definition from JSON, as it was sent or as it was kept, and says of each field what is wrong with it.</summary>
public sealed class ReportReader : DefinitionReader
{
    public const int MostRecipients = 200;

    /// <summary>What an answer holds beside the definition: may be sent back and is not looked at.</summary>
    private static readonly HashSet<string> s_readOnly =
        ["id", "nextRun", "createdAt", "changedAt", "pausedBecause", "suppressed", "warning", "lastRun", "useful", "notUseful"];

    private static readonly HashSet<string> s_fields =
        ["name", "sections", "filters", "period", "schedule", "recipients", "attachments", "condition", "locale", "missed", "paused", "owner"];

    /// <returns>Null = see <see cref="DefinitionReader.Errors"/>.</returns>
    public ReportDefinition? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            Add("", "A report is a JSON object.");
            return null;
        }
        OnlyKnown(json, "", name => s_fields.Contains(name) || s_readOnly.Contains(name));
        var definition = new ReportDefinition
        {
            Name = NameOf(json, "A report"), Sections = Sections(json), Filters = FiltersOf(json), Period = Period(json), Schedule = Schedule(json),
                Recipients = Recipients(json),
            Attachments = Words(json, "attachments", ReportWords.Attachments) ?? [], Condition = Word(json, "condition", ReportWords.Conditions, "always"),
            Locale = Locale(json), Missed = Word(json, "missed", ReportWords.Missed, "once"), Paused = Switch(json, "paused"), Owner = Owner(json),
        };
        return IsGood ? definition : null;
    }

    private IReadOnlyList<string> Sections(JsonElement json)
    {
        var sections = Words(json, "sections", ReportWords.Sections);
        if (sections is { Count: 0 }) Add("sections", "Choose at least one.");
        return sections ?? ReportWords.UsualSections;
    }

    private string Period(JsonElement json)
    {
        var period = Text(json, "period") ?? "lastWeek";
        if (!ReportPeriod.IsPeriod(period))
            Add("period", $"It is one of yesterday, last7days, lastWeek, lastMonth and lastDays:N, with N from 1 to {ReportPeriod.LongestDays}.");
        return period;
    }

    private ReportSchedule Schedule(JsonElement json)
    {
        if (Get(json, "schedule") is not { } schedule || schedule.ValueKind != JsonValueKind.Object)
        {
            Add("schedule", "A schedule has cron and timezone.");
            return new ReportSchedule("", "");
        }
        foreach (var property in schedule.EnumerateObject())
        {
            if (property.Name is not ("cron" or "timezone")) Add($"schedule.{property.Name}", "There is no such field.");
        }
        var (cron, zone) = (Text(schedule, "cron", "schedule.cron")?.Trim(), Text(schedule, "timezone", "schedule.timezone"));
        if (CronSchedule.Parse(cron) is null) Add("schedule.cron",
            "It has five fields: minute, hour, day of month, month, day of week; and such a time must come.");
        if (zone is null || !IsKept && IanaZones.Find(zone) is null) Add("schedule.timezone", "It is not an IANA zone such as Europe/Berlin.");
        return new ReportSchedule(cron ?? "", zone ?? "");
    }

    private List<string> Recipients(JsonElement json)
    {
        if (Texts(json, "recipients") is not { } texts)
        {
            Add("recipients", "Name at least one address.");
            return [];
        }
        var kept = new List<string>();
        foreach (var text in texts)
        {
            if (Addresses.Normalize(text) is not { } address) Add("recipients", Addresses.WhyNot(Shown(text)));
            else if (!kept.Contains(address, StringComparer.Ordinal)) kept.Add(address);
        }
        if (kept.Count is 0 or > MostRecipients && !IsWrong("recipients")) Add("recipients", $"It holds 1 to {MostRecipients} addresses.");
        return kept;
    }

    private string Locale(JsonElement json)
    {
        var locale = Text(json, "locale") ?? "en-US";
        if (!IsKept && CultureOf(locale) is null) Add("locale", "This machine knows no such culture. One that it knows is en-US.");
        return locale;
    }

    /// <summary>Null = the machine does not know it.</summary>
    public static CultureInfo? CultureOf(string locale)
    {
        try
        {
            if (locale.Length == 0) return null;
            var culture = CultureInfo.GetCultureInfo(locale, predefinedOnly: true);
            return culture.IsNeutralCulture ? CultureInfo.CreateSpecificCulture(culture.Name) : culture;
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }

    private string? Owner(JsonElement json)
    {
        if (Text(json, "owner") is not { } owner) return null;
        if (Addresses.Normalize(owner) is null) Add("owner", "It is the mail address of an account.");
        return owner;
    }
}
