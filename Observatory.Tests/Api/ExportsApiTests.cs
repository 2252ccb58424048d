using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Exports.Jobs;
using Observatory.Core.Storage;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Files that are made in the background: asked for, looked at, fetched, cancelled, removed, and each only by whoever may.</summary>
public sealed class ExportsApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private const string Body = """{"dataset":"days","format":"csv","start":"2026-11-01T00:00:00Z","end":"2026-11-08T00:00:00Z","timezone":"UTC"}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_asked_for_made_kept_for_a_week_fetched_and_removed()
    {
        using var client = web.Host.Program();
        using var asked = await PostAsync(client, Body);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var answer = await JsonAsync(asked);
        var id = answer.GetProperty("id").GetString()!;
        Assert.Equal($"/api/exports/{id}", asked.Headers.Location!.OriginalString);
        Assert.Equal("queued", answer.GetProperty("state").GetString());
        var job = await DoneAsync(client, id);
        Assert.Equal(
            ["id", "dataset", "format", "state", "rows", "bytes", "progress", "createdAt", "expiresAt", "error"], job.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("days", "csv", 7, 1.0), (job.GetProperty("dataset").GetString(), job.GetProperty("format").GetString(), job.Long("rows"), job
            .GetProperty("progress").GetDouble()));
        var kept = job.GetProperty("expiresAt").GetDateTimeOffset() - job.GetProperty("createdAt").GetDateTimeOffset();
        Assert.InRange(kept, TimeSpan.FromDays(7), TimeSpan.FromDays(7) + Patience.Usual);
        Assert.Contains((await client.JsonAsync("/api/exports")).GetProperty("items").EnumerateArray(), j => j.GetProperty("id").GetString() == id);

        using var file = await client.GetAsync($"/api/exports/{id}/file", Cancel);
        var bytes = await file.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal(job.Long("bytes"), bytes.Length);
        Assert.Equal("observatory-days-2026-11-01-2026-11-08-UTC.csv", file.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal(
            await client.GetByteArrayAsync("/api/analytics/export/days?format=csv&start=2026-11-01T00:00:00Z&end=2026-11-08T00:00:00Z", Cancel), bytes);

        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/exports/{id}", Cancel)).StatusCode);
        foreach (var path in new[] { $"/api/exports/{id}", $"/api/exports/{id}/file" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"/api/exports/{id}", Cancel)).StatusCode);
    }

    [Fact]
    public async Task What_is_not_done_is_a_conflict_and_what_was_there_once_is_gone()
    {
        using var client = web.Host.Program();
        async Task<string> MadeAsync()
        {
            using var asked = await PostAsync(client, Body);
            var id = (await JsonAsync(asked)).GetProperty("id").GetString()!;
            await DoneAsync(client, id);
            return id;
        }
        async Task<HttpStatusCode> FileAsync(string id) => (await client.GetAsync($"/api/exports/{id}/file", Cancel)).StatusCode;
        async Task<string?> StateAsync(string id) => (await client.JsonAsync($"/api/exports/{id}")).GetProperty("state").GetString();

        // As it was while it was in work.
        var running = await MadeAsync();
        await SetAsync(running, ExportState.Running, null);
        Assert.Equal(HttpStatusCode.Conflict, await FileAsync(running));
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/exports/{running}", Cancel)).StatusCode);
        Assert.Equal(("cancelled", HttpStatusCode.Gone), (await StateAsync(running), await FileAsync(running)));
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/exports/{running}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, await FileAsync(running));

        var failed = await MadeAsync();
        await SetAsync(failed, ExportState.Failed, null);
        Assert.Equal(("failed", HttpStatusCode.Conflict), (await StateAsync(failed), await FileAsync(failed)));

        var old = await MadeAsync();
        await SetAsync(old, ExportState.Done, web.Clock.GetUtcNow().AddSeconds(-1));
        Assert.Equal(("expired", HttpStatusCode.Gone), (await StateAsync(old), await FileAsync(old)));
    }

    [Theory]
    [InlineData("dataset", """{"dataset":"nothing","format":"csv"}""")]
    [InlineData("dataset", """{"dataset":"report","format":"xlsx"}""")]
    [InlineData("dataset", """{"format":"csv"}""")]
    [InlineData("format", """{"dataset":"days","format":"doc"}""")]
    [InlineData("format", """{"dataset":"days"}""")]
    [InlineData("colour", """{"dataset":"days","format":"csv","colour":"red"}""")]
    [InlineData("filters.colour", """{"dataset":"days","format":"csv","filters":{"colour":["red"]}}""")]
    [InlineData("filters.source", """{"dataset":"days","format":"csv","filters":{"source":["fax"]}}""")]
    [InlineData("filters.user", """{"dataset":"days","format":"csv","filters":{"user":"ann"}}""")]
    [InlineData("timezone", """{"dataset":"days","format":"csv","timezone":"Mars/Base"}""")]
    [InlineData("start", """{"dataset":"days","format":"csv","start":"yesterday"}""")]
    [InlineData("locale", """{"dataset":"days","format":"csv","locale":"nothing-at-all"}""")]
    [InlineData("metric", """{"dataset":"timeseries","format":"csv","metric":"nothing"}""")]
    [InlineData("body", "[]")]
    [InlineData("body", "{")]
    public async Task A_wrong_field_is_named(string field, string body)
    {
        using var client = web.Host.Program();
        using var answer = await PostAsync(client, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var error = Assert.Single((await JsonAsync(answer)).GetProperty("errors").EnumerateObject());
        Assert.Equal(field, error.Name);
        Assert.NotEmpty(error.Value[0].GetString()!);
    }

    [Fact]
    public async Task Files_are_their_askers_and_an_administrators()
    {
        using var admin = web.Host.Program();
        var (ann, bob) = (await KeyAsync(admin, "ann"), await KeyAsync(admin, "bob"));
        using var anns = web.Host.Program(ann);
        using var bobs = web.Host.Program(bob);
        using var asked = await PostAsync(anns, Body);
        var id = (await JsonAsync(asked)).GetProperty("id").GetString()!;
        await DoneAsync(anns, id);
        foreach (var path in new[] { $"/api/exports/{id}", $"/api/exports/{id}/file" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await bobs.GetAsync(path, Cancel)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync(path, Cancel)).StatusCode);
        }
        Assert.Empty((await bobs.JsonAsync("/api/exports")).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await bobs.DeleteAsync($"/api/exports/{id}", Cancel)).StatusCode);
        Assert.Equal(id, (await anns.JsonAsync("/api/exports")).GetProperty("items").EnumerateArray().Single().GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_page_of_another_origin_can_neither_ask_nor_remove()
    {
        using var client = web.Host.Program(key: null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, Body)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.DeleteAsync("/api/exports/none", Cancel)).StatusCode);
    }

    private async Task SetAsync(string id, ExportState state, DateTimeOffset? expires)
    {
        await using var db = await web.Host.Services.GetRequiredService<IDbContextFactory<ObservatoryContext>>().CreateDbContextAsync(Cancel);
        var ends = expires?.ToUnixTimeMilliseconds();
        Assert.Equal(1, await db.Exports.Where(e => e.Id == id).ExecuteUpdateAsync(
            s => s.SetProperty(e => e.State, (int)state).SetProperty(e => e.ExpiresAt, ends), Cancel));
    }

    private static async Task<JsonElement> DoneAsync(HttpClient client, string id)
    {
        JsonElement job = default;
        await Patience.UntilAsync(async () => (job = await client.JsonAsync($"/api/exports/{id}"))
            .GetProperty("state").GetString() is not ("queued" or "running"));
        Assert.Equal("done", job.GetProperty("state").GetString());
        return job;
    }

    private static async Task<string> KeyAsync(HttpClient admin, string name)
    {
        using var made = await admin.PostAsJsonAsync("/api/admin/keys", new { name, scopes = new[] { "read" } }, Cancel);
        return (await JsonAsync(made)).GetProperty("key").GetString()!;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body) =>
        client.PostAsync("/api/exports", new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
}
