using System.Text.Json;
using System.Text.Json.Nodes;
using Observatory.Core.Reports;
using Xunit;

namespace Observatory.Tests.Unit.Reports;

public sealed class ReportReaderTests
{
    private const string Whole = """
        {"name":"Monday","sections":["summary","changes","trends","projects","users","models","tools","anomalies","errors","budgets","topics","data"],
         "filters":{"project":["/srv/a"]},"period":"lastWeek","schedule":{"cron":"0 8 * * 1","timezone":"Europe/Berlin"},"recipients":["lead@example.org"],
         "attachments":["xlsx","pdf"],"condition":"always","locale":"de-DE","missed":"once","paused":false,"owner":"admin@example.org"}
        """;

    [Fact]
    public void What_was_read_is_written_the_same()
    {
        var definition = Read(Whole, out var errors);
        Assert.Empty(errors);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Whole), ReportJson.Write(definition!)), ReportJson.Write(definition!).ToJsonString());
    }

    [Theory]
    [InlineData("name", "\"\"", "name")]
    [InlineData("name", "\"a\\nb\"", "name")]
    [InlineData("name", "7", "name")]
    [InlineData("sections", "[]", "sections")]
    [InlineData("sections", "[\"summary\",\"weather\"]", "sections")]
    [InlineData("filters", "{\"team\":[\"a\"]}", "filters.team")]
    [InlineData("filters", "{\"source\":[\"fax\"]}", "filters.source")]
    [InlineData("period", "\"lastDays:400\"", "period")]
    [InlineData("schedule", "{\"cron\":\"0 8 * * 1\",\"timezone\":\"Mars/Olympus\"}", "schedule.timezone")]
    [InlineData("schedule", "{\"cron\":\"at eight\",\"timezone\":\"UTC\"}", "schedule.cron")]
    [InlineData("schedule", "{\"cron\":\"0 8 * * 1\",\"timezone\":\"UTC\",\"offset\":1}", "schedule.offset")]
    [InlineData("schedule", "null", "schedule")]
    [InlineData("recipients", "[]", "recipients")]
    [InlineData("recipients", "[\"a@b\"]", "recipients")]
    [InlineData("recipients", "[\"Ann <a@example.org>\"]", "recipients")]
    [InlineData("recipients", "[\"a@example.org\\r\\nBcc: x@example.org\"]", "recipients")]
    [InlineData("recipients", "\"a@example.org\"", "recipients")]
    [InlineData("attachments", "[\"docx\"]", "attachments")]
    [InlineData("condition", "\"sometimes\"", "condition")]
    [InlineData("locale", "\"xx-YY\"", "locale")]
    [InlineData("missed", "\"twice\"", "missed")]
    [InlineData("paused", "\"yes\"", "paused")]
    [InlineData("owner", "\"nobody\"", "owner")]
    [InlineData("colour", "1", "colour")]
    public void A_wrong_field_is_named(string field, string value, string named)
    {
        var json = JsonNode.Parse(Whole)!.AsObject();
        json[field] = JsonNode.Parse(value);
        Assert.Null(Read(json.ToJsonString(), out var errors));
        Assert.Equal([named], errors.Keys);
        Assert.All(errors[named], text => Assert.DoesNotContain('\n', text));
    }

    [Fact]
    public void Two_hundred_recipients_are_the_most_and_equal_ones_are_one()
    {
        string With(IEnumerable<string> recipients)
        {
            var json = JsonNode.Parse(Whole)!.AsObject();
            json["recipients"] = new JsonArray([.. recipients.Select(r => JsonValue.Create(r))]);
            return json.ToJsonString();
        }
        Assert.NotNull(Read(With(Enumerable.Range(0, 200).Select(i => $"p{i}@example.org")), out _));
        Assert.Null(Read(With(Enumerable.Range(0, 201).Select(i => $"p{i}@example.org")), out var errors));
        Assert.Equal(["recipients"], errors.Keys);
        Assert.Equal(["Ann@example.org", "ann@example.org"], Read(With(["Ann@Example.ORG", "Ann@example.org", "ann@example.org"]), out _)!.Recipients);
    }

    [Fact]
    public void What_an_answer_adds_can_be_sent_back()
    {
        var json = JsonNode.Parse(Whole)!.AsObject();
        (json["id"], json["nextRun"], json["pausedBecause"], json["suppressed"]) = (7, "2026-11-30T07:00:00Z", null, new JsonArray());
        Assert.NotNull(Read(json.ToJsonString(), out _));
    }

    [Fact]
    public void A_zone_that_the_machine_forgot_is_UTC_and_no_loss()
    {
        var json = Whole.Replace("Europe/Berlin", "Europe/Atlantis", StringComparison.Ordinal);
        Assert.Null(Read(json, out _));
        using var document = JsonDocument.Parse(json);
        var kept = new ReportReader { IsKept = true }.Read(document.RootElement);
        Assert.Equal(TimeZoneInfo.Utc, CronSchedule.ZoneOf(kept!.Schedule));
    }

    private static ReportDefinition? Read(string json, out IReadOnlyDictionary<string, string[]> errors)
    {
        using var document = JsonDocument.Parse(json);
        var reader = new ReportReader();
        var definition = reader.Read(document.RootElement);
        errors = reader.Errors;
        return definition;
    }
}
