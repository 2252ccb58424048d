using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MimeKit;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Scenarios;

/// <summary>What a mail says is what the API says of the same days, and it fits into a mail.</summary>
public sealed class ReportContentTests(FixtureWeb web)
{
    private const int LargestHtml = 80_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en-US")]
    [InlineData("de-DE")]
    [InlineData("fr-FR")]
    public async Task Numbers_of_the_mail_are_those_of_the_page(string locale)
    {
        var (mail, overview) = await RunAsync(locale, Fixture.Start, Fixture.End);
        var culture = CultureInfo.GetCultureInfo(locale);
        var cost = "$" + Math.Round(overview.GetProperty("totalCost").GetDecimal(), 2, MidpointRounding.AwayFromZero).ToString("N2", culture);
        var tokens = overview.GetProperty("totalTokens").GetInt64().ToString("N0", culture);
        var lines = mail.TextBody!.Split('\n');
        Assert.StartsWith($"Cost: {cost}", lines.Single(l => l.StartsWith("Cost: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.StartsWith($"Tokens: {tokens}", lines.Single(l => l.StartsWith("Tokens: ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(cost, WebUtility.HtmlDecode(mail.HtmlBody), StringComparison.Ordinal);
        Assert.Contains(cost, mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_fits_into_a_mail_and_fetches_nothing_from_elsewhere()
    {
        var (mail, _) = await RunAsync("en-US", Fixture.Start, Fixture.End);
        var html = mail.BodyParts.OfType<TextPart>().Single(p => p.IsHtml);
        using var encoded = new MemoryStream();
        html.WriteTo(encoded, Cancel);
        Assert.True(encoded.Length <= LargestHtml, $"{encoded.Length} bytes of HTML");
        Assert.DoesNotContain("<script", html.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("src=\"(?!cid:)", html.Text);
        Assert.DoesNotContain("url(", html.Text, StringComparison.OrdinalIgnoreCase);
        var image = mail.BodyParts.OfType<MimePart>().Single(p => p.ContentType.MimeType == "image/png");
        Assert.Contains($"cid:{image.ContentId}", html.Text, StringComparison.Ordinal);
        Assert.Matches("alt=\"[^\"]*[0-9]", html.Text);
        using var png = new MemoryStream();
        await image.Content!.DecodeToAsync(png, Cancel);
        Assert.Equal("\u0089PNG", Encoding.Latin1.GetString(png.ToArray(), 0, 4));
    }

    [Fact]
    public async Task Files_hold_the_same_days()
    {
        var (mail, overview) = await RunAsync("en-US", Fixture.Start, Fixture.End, "json", "csv", "xlsx");
        var files = mail.Attachments.OfType<MimePart>().ToDictionary(a => Path.GetExtension(a.FileName)!, a =>
        {
            using var data = new MemoryStream();
            a.Content!.DecodeTo(data, Cancel);
            return data.ToArray();
        });
        Assert.Equal([".csv", ".json", ".xlsx"], files.Keys.Order(StringComparer.Ordinal));
        using var json = JsonDocument.Parse(files[".json"]);
        Assert.Equal(overview.GetProperty("totalTokens").GetInt64(), json.RootElement.GetProperty("overview").GetProperty("totalTokens").GetInt64());
        Assert.Equal(overview.GetProperty("totalCost").GetDecimal(), json.RootElement.GetProperty("overview").GetProperty("totalCost").GetDecimal());
    }

    [Fact]
    public async Task A_time_without_anything_says_so_in_the_subject()
    {
        var (mail, _) = await RunAsync("en-US", Fixture.Start.AddYears(-1), Fixture.Start.AddYears(-1).AddDays(7));
        Assert.Contains("no activity", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("Tokens: 0", mail.TextBody, StringComparison.Ordinal);
    }

    private async Task<(MimeMessage Mail, JsonElement Overview)> RunAsync(string locale, DateTimeOffset start, DateTimeOffset end, params string[] attachments)
    {
        var host = await web.Host;
        var http = host.Program();
        var to = $"{Guid.NewGuid():N}@example.org";
        using var made = await http.PostAsJsonAsync("/api/reports", new JsonObject
        {
            ["name"] = "Numbers", ["schedule"] = new JsonObject { ["cron"] = "0 8 * * 1", ["timezone"] = "UTC" }, ["recipients"] = new JsonArray(to),
            ["locale"] = locale, ["attachments"] = new JsonArray([.. attachments.Select(a => JsonValue.Create(a))]),
            ["sections"] = new JsonArray("summary", "changes", "trends", "projects", "users", "models", "tools", "anomalies", "errors", "topics", "data"),
        }, Cancel);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetInt32();
        string At(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        using var run = await http.PostAsJsonAsync($"/api/reports/{id}/run", new { start = At(start), end = At(end) }, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, run.StatusCode);
        var folder = Path.Combine(host.DataPath, "mail");
        MimeMessage? mail = null;
        await Patience.UntilAsync(() =>
        {
            mail = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml").Select(f => MimeMessage.Load(f, Cancel))
                .FirstOrDefault(m => m.To.Mailboxes.Single().Address == to) : null;
            return mail is not null;
        });
        var overview = (await http.JsonAsync($"/api/analytics/dashboard?start={At(start)}&end={At(end)}&timezone=UTC")).GetProperty("overview");
        return (mail!, overview);
    }
}
