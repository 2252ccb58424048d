using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>The routes of retention, as the contract has them.</summary>
public sealed class RetentionApiTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, "/api/admin/" + path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await _host.Program().SendAsync(request, Cancel);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel));
    }

    [Fact]
    public async Task A_shorter_policy_waits_and_the_old_value_takes_it_back()
    {
        var (status, held) = await SendAsync(HttpMethod.Get, "retention");
        Assert.Equal((HttpStatusCode.OK, 12), (status, held.GetProperty("policies").GetArrayLength()));
        var (_, changed) = await SendAsync(HttpMethod.Put, "retention", new { policies = new[] { new { dataset = "texts", days = 10 } } });
        var texts = Policy(changed, "texts");
        Assert.Equal((30, 10), (texts.GetProperty("days").GetInt32(), texts.GetProperty("pending").GetProperty("days").GetInt32()));
        Assert.InRange(texts.GetProperty("pending").GetProperty("from").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddHours(71),
            TimeProvider.System.GetUtcNow().AddHours(73));
        var (_, back) = await SendAsync(HttpMethod.Put, "retention", new { policies = new[] { new { dataset = "texts", days = 30 } } });
        Assert.Equal(JsonValueKind.Null, Policy(back, "texts").GetProperty("pending").ValueKind);
        Assert.Equal(HttpStatusCode.BadRequest,
            (await SendAsync(HttpMethod.Put, "retention?now=true", new { policies = new[] { new { dataset = "texts", days = 10 } } })).Status);
        var (_, atOnce) = await SendAsync(HttpMethod.Put, "retention?now=true&reason=test", new { policies = new[] { new { dataset = "texts", days = 10 } } });
        Assert.Equal(10, Policy(atOnce, "texts").GetProperty("days").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "retention", new { policies = new[] { new { dataset = "raw", days = 0 } } }))
            .Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "retention", new { policies = new[] { new { dataset = "x", days = 1 } } }))
            .Status);

        static JsonElement Policy(JsonElement settings, string dataset) =>
            settings.GetProperty("policies").EnumerateArray().Single(p => p.GetProperty("dataset").GetString() == dataset);
    }

    [Fact]
    public async Task A_plan_runs_once()
    {
        var (status, preview) = await SendAsync(HttpMethod.Post, "retention/preview", new { });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["raw", "texts", "deadLetters"], preview.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("dataset").GetString()));
        var planId = preview.GetProperty("planId").GetString();
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "retention/run", new { planId = "none" })).Status);
        var (accepted, run) = await SendAsync(HttpMethod.Post, "retention/run", new { planId });
        Assert.Equal(HttpStatusCode.Accepted, accepted);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, "retention/run", new { planId })).Status);
        var id = run.GetProperty("id").GetInt32();
        await Patience.UntilAsync(async () =>
            (await SendAsync(HttpMethod.Get, $"retention/runs/{id}")).Body.GetProperty("state").GetString() == "done");
        var (_, list) = await SendAsync(HttpMethod.Get, "retention/runs");
        Assert.Contains(list.GetProperty("items").EnumerateArray(), i => i.GetProperty("id").GetInt32() == id && i.GetProperty("progress").GetDouble() == 1);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(HttpMethod.Post, $"retention/runs/{id}/pause")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "retention/runs/999999/cancel")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "retention/runs/999999")).Status);
    }

    [Fact]
    public async Task Storage_says_what_takes_how_much()
    {
        var (status, storage) = await SendAsync(HttpMethod.Get, "storage");
        Assert.Equal(HttpStatusCode.OK, status);
        var (file, tables) = (storage.GetProperty("file").GetInt64(), storage.GetProperty("tables").EnumerateArray()
            .Sum(t => t.GetProperty("bytes").GetInt64()));
        Assert.True(file > 0 && tables <= file && tables > file / 4, $"{tables} of {file}");
        Assert.True(storage.GetProperty("freeDisk").GetInt64() > 0);
    }

    [Fact]
    public async Task Archives_are_listed_and_what_is_none_is_not_found()
    {
        var (status, list) = await SendAsync(HttpMethod.Get, "archives");
        Assert.Equal((HttpStatusCode.OK, 0), (status, list.GetProperty("items").GetArrayLength()));
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "archives/raw-2026-01-01-abc/verify")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, "archives/raw-2026-01-01-abc/restore")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Post, "archives/raw-2026-01-01-abc/restore", new { keepDays = 0 })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "archives/raw-2026-01-01-abc/file")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "restores/1")).Status);
    }

    [Fact]
    public async Task A_backup_is_made_listed_and_removed()
    {
        var (accepted, made) = await SendAsync(HttpMethod.Post, "backups", new { });
        var id = made.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.Accepted, accepted);
        JsonElement item = default;
        await Patience.UntilAsync(async () => (item = (await SendAsync(HttpMethod.Get, "backups")).Body.GetProperty("items")[0])
            .GetProperty("state").GetString() == "done");
        Assert.Equal((id, 64, 0), (item.GetProperty("id").GetString(), item.GetProperty("sha256").GetString()!.Length,
            item.GetProperty("holdsErased").GetInt32()));
        Assert.Equal(item.GetProperty("bytes").GetInt64(),
            new FileInfo(Path.Combine(_host.DataPath, "backups", item.GetProperty("file").GetString()!)).Length);
        Assert.True((await SendAsync(HttpMethod.Post, $"backups/{id}/verify")).Body.GetProperty("ok").GetBoolean());
        using var client = _host.Program();
        Assert.Equal(item.GetProperty("bytes").GetInt64(), (await client.GetByteArrayAsync($"/api/admin/backups/{id}/file", Cancel)).Length);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync($"/api/admin/backups/{id}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Post, $"backups/{id}/verify")).Status);

        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "backups/settings", new { keep = 0 })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(HttpMethod.Put, "backups/settings", new { cron = "soon" })).Status);
        var (_, settings) = await SendAsync(HttpMethod.Put, "backups/settings", new { cron = "", keep = 9 });
        Assert.Equal((JsonValueKind.Null, 9), (settings.GetProperty("cron").ValueKind, settings.GetProperty("keep").GetInt32()));
    }
}
