using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Observatory.Core.Auditing;
using Observatory.Core.Storage.Readers;
using Observatory.Web.Auditing;

namespace Observatory.Web.Api;

internal static class DaysOffApi
{
    private const int Most = 2_000;
    private const int LongestName = 120;
    private static readonly string[] s_fields = ["date", "name", "timezone"];

    public static void MapDaysOff(this RouteGroupBuilder admin)
    {
        var days = admin.MapGroup("/days-off").WithTags("Days off");
        days.MapGet("", ListAsync).WithName("ListDaysOff")
            .WithSummary("Days on which nobody is expected, in order: they are never unusual, and tell nothing of what is usual.");
        days.MapPut("", ReplaceAsync).WithName("ReplaceDaysOff").WithSummary("Puts these days in place of all others.")
            .WithMetadata(new IsChange(AuditActions.SettingChanged))
            .ReadsBody("The whole list.", """{"items":[{"date":"2026-12-25","name":"Christmas","timezone":"Europe/Berlin"}]}""", "application/json");
    }

    private static async Task<Ok<ListAnswer<DayOffAnswer>>> ListAsync([FromServices] IDaysOff days, CancellationToken cancel) =>
        TypedResults.Ok(new ListAnswer<DayOffAnswer>([.. (await days.ListAsync(cancel)).Select(d => new DayOffAnswer(d))]));

    private static async Task<Results<Ok<ListAnswer<DayOffAnswer>>, ProblemHttpResult>> ReplaceAsync(
        HttpRequest request, [FromServices] IDaysOff days, CancellationToken cancel)
    {
        var body = await FieldReader.ReadAsync(request, ["items"], [], cancel);
        var wanted = body.Objects("items", Most).Select((item, i) => Read(body, item, $"items[{i}]")).ToList();
        if (!body.IsGood) return body.Problem();
        await days.ReplaceAsync([.. wanted.OfType<DayOff>()], cancel);
        return await ListAsync(days, cancel);
    }

    /// <summary>Null = it is wrong, which is noted.</summary>
    private static DayOff? Read(FieldReader body, JsonElement item, string place)
    {
        foreach (var field in item.EnumerateObject().Select(f => f.Name).Where(f => !s_fields.Contains(f))) body.Wrong($"{place}.{field}", "is not known here");
        string? Text(string field) => item.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var isDate = DateOnly.TryParseExact(Text("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        if (!isDate || date.Year is < 1970 or > 2100) body.Wrong($"{place}.date", "is no date such as 2026-12-25");
        var zone = item.TryGetProperty("timezone", out _) ? Zones.Find(Text("timezone") ?? "") : TimeZoneInfo.Utc;
        if (zone is null) body.Wrong($"{place}.timezone", Zones.WhyUnknown);
        var name = item.TryGetProperty("name", out var given) && given.ValueKind != JsonValueKind.Null ? Text("name") : "";
        var isName = name is not null && name.Length <= LongestName && !name.Any(char.IsControl);
        if (!isName) body.Wrong($"{place}.name", $"is no text of at most {LongestName} characters");
        return isDate && zone is not null && isName ? new DayOff(date, name!, zone.Id) : null;
    }
}

internal sealed class DayOffAnswer(DayOff day)
{
    public string Date => day.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    public string Name => day.Name;
    public string Timezone => day.Zone;
}
