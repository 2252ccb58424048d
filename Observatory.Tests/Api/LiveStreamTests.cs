using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Core.Realtime;
using Observatory.Samples;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Stream and hub: the same messages, in order, to those alone who may see them.</summary>
public sealed class LiveStreamTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private const string Path = "/api/analytics/stream";

    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_stream_begins_with_what_is_and_tells_what_comes()
    {
        await SendAsync("before", "user");
        await using var stream = await EventStream.OpenAsync(_host.Program(), Path, Cancel);
        var first = await stream.NextAsync();
        Assert.Equal("initial_data", first.Type);
        Assert.Equal(first.Id, first.Data.Long("sequence"));
        var dashboard = (await _host.Program().JsonAsync("/api/analytics/dashboard")).GetProperty("overview");
        Assert.Equal(dashboard.ToString(), first.Data.GetProperty("overview").ToString());
        Assert.Equal("healthy", first.Data.GetProperty("systemStatus").GetString());
        Assert.Contains(first.Data.GetProperty("recentActivity").EnumerateArray(), r => r.GetProperty("conversationId").GetString() == "before");

        await SendAsync("new-one", "user");
        var updates = await stream.UntilAsync("new_message", u => u.GetProperty("conversationId").GetString() == "new-one");
        var row = Assert.Single(updates, u => u.Type == "new_message" && u.Data.GetProperty("conversationId").GetString() == "new-one").Data;
        var exported = (await _host.Program().GetStringAsync("/api/analytics/export/messages?format=ndjson", Cancel)).Split('\n')
            .Where(l => l.Length > 0).Select(l => JsonDocument.Parse(l).RootElement)
            .Single(r => r.GetProperty("conversationId").GetString() == "new-one");
        Assert.Equal(exported.EnumerateObject().Where(p => p.Name != "text").Select(p => p.ToString()), row.EnumerateObject().Select(p => p.ToString()));
        var conversation = Assert.Single(updates, u => u.Type == "new_conversation" && u.Data.GetProperty("id").GetString() == "new-one").Data;
        Assert.Equal(conversation.ToString(), (await _host.Program().JsonAsync("/api/analytics/conversations/new-one")).ToString());
        if (!updates.Any(u => u.Type == "metric_update")) updates = await stream.UntilAsync("metric_update", _ => true);
        var changed = updates.Last(u => u.Type == "metric_update").Data;
        var overview = (await _host.Program().JsonAsync("/api/analytics/dashboard")).GetProperty("overview");
        Assert.Equal(overview.Long("userMessages"), changed.Long("userMessages"));
        Assert.False(changed.TryGetProperty("toolCalls", out _), "What did not change is not sent.");

        // A second message of the same conversation makes no second conversation.
        await SendAsync("new-one", "assistant");
        updates = await stream.UntilAsync("new_message", u => u.GetProperty("role").GetString() == "assistant");
        Assert.DoesNotContain(updates, u => u.Type == "new_conversation");
    }

    [Fact]
    public async Task Who_comes_back_gets_what_was_missed_once()
    {
        long last;
        await using (var stream = await EventStream.OpenAsync(_host.Program(), Path, Cancel)) last = (await stream.NextAsync()).Id;
        await SendAsync("missed", "user");
        await using (var back = await EventStream.OpenAsync(_host.Program(), Path, Cancel, last))
        {
            var next = await back.NextAsync();
            Assert.Equal("batch_update", next.Type);
            Assert.True(next.Id > last);
            Assert.Contains(EventStream.UpdatesOf(next), u => u.Type == "new_message" && u.Data.GetProperty("conversationId").GetString() == "missed");
            last = next.Id;
        }
        await using (var parameter = await EventStream.OpenAsync(_host.Program(), $"{Path}?after={last}", Cancel))
        {
            _host.Services.GetRequiredService<LiveFeeds>().TellAlert(new { name = "x" });
            var next = await parameter.NextAsync();
            Assert.Equal("system_alert", Assert.Single(EventStream.UpdatesOf(next)).Type);
        }
        foreach (var unknown in new[] { last - 1_000_000, last + 1_000_000 })
        {
            await using var lost = await EventStream.OpenAsync(_host.Program(), Path, Cancel, unknown);
            Assert.Equal("initial_data", (await lost.NextAsync()).Type);
        }
        using var bad = await _host.Program().GetAsync(Path + "?after=yesterday", Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Equal("after", (await bad.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("parameter").GetString());
        // Known everywhere, and nothing depends on them here.
        await using var known = await EventStream.OpenAsync(_host.Program(), Path + "?start=2026-01-01T00:00:00Z&timezone=Asia/Tokyo&user=x", Cancel);
        Assert.Equal("initial_data", (await known.NextAsync()).Type);
    }

    [Fact]
    public async Task A_reader_who_falls_behind_begins_anew_and_costs_a_place_only()
    {
        var feeds = _host.Services.GetRequiredService<LiveFeeds>();
        using var client = feeds.Open(Asker.Program, null);
        var first = await client.Reader.NextAsync(Cancel).WaitAsync(Patience.Usual, Cancel);
        Assert.Equal("initial_data", first.Type);
        for (var i = 0; i < 3; i++) feeds.TellAlert(new { number = i });
        for (var i = 0; i < 3; i++)
        {
            var next = await client.Reader.NextAsync(Cancel);
            Assert.Equal(i, next.Body.GetProperty("updates")[0].GetProperty("data").Long("number"));
        }
        for (var i = 0; i < 2_000; i++) feeds.TellAlert(new { number = i });
        Assert.Equal("initial_data", (await client.Reader.NextAsync(Cancel).WaitAsync(Patience.Usual, Cancel)).Type);
        client.Reader.Resume(first.Sequence);
        Assert.Equal("initial_data", (await client.Reader.NextAsync(Cancel).WaitAsync(Patience.Usual, Cancel)).Type);
    }

    [Fact]
    public async Task The_hub_sends_the_same_and_resumes()
    {
        var client = Hub(WebHost.Key);
        await using (var messages = client.FollowAsync(Cancel).GetAsyncEnumerator(Cancel))
        {
            await NextAsync(messages);
            Assert.Equal("initial_data", messages.Current.Type);
            await SendAsync("of-the-hub", "user");
            do await NextAsync(messages);
            while (!EventStream.UpdatesOf(messages.Current.Body).Any(
                u => u.Type == "new_conversation" && u.Data.GetProperty("id").GetString() == "of-the-hub"));
            Assert.Equal("batch_update", messages.Current.Type);
        }
        await SendAsync("while-away", "user");
        await using var again = client.FollowAsync(Cancel).GetAsyncEnumerator(Cancel);
        var last = client.Sequence!.Value;
        do
        {
            await NextAsync(again);
            Assert.Equal("batch_update", again.Current.Type);
            Assert.True(again.Current.Body.Long("sequence") > last);
        }
        while (!EventStream.UpdatesOf(again.Current.Body).Any(
            u => u.Type == "new_message" && u.Data.GetProperty("conversationId").GetString() == "while-away"));
    }

    [Fact]
    public async Task Who_may_no_longer_hear_is_sent_away_and_others_never_get_in()
    {
        var (key, made) = await _host.Services.GetRequiredService<ApiKeyService>().CreateAsync("listener", KeyScopes.Read, null, Cancel);
        await using var stream = await EventStream.OpenAsync(_host.Program(key), Path, Cancel);
        Assert.Equal("initial_data", (await stream.NextAsync()).Type);
        Assert.True(await _host.Services.GetRequiredService<ApiKeyService>().RevokeAsync(made.Id, Cancel));
        await Patience.UntilAsync(async () =>
        {
            _host.Services.GetRequiredService<LiveFeeds>().TellAlert(new { });
            return await stream.IsOverAsync(TimeSpan.FromMilliseconds(50));
        });
        using var refused = await _host.Program(key).GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var (ingest, _) = await _host.Services.GetRequiredService<ApiKeyService>().CreateAsync("sender", KeyScopes.Ingest, null, Cancel);
        using var forbidden = await _host.Program(ingest).GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
    }

    private HubClient Hub(string key) => new(new Uri("http://localhost"), key)
    {
        Connect = (address, given, cancel) =>
        {
            var socket = _host.Server.CreateWebSocketClient();
            socket.ConfigureRequest = request => request.Headers.Authorization = $"Bearer {given}";
            return socket.ConnectAsync(address, cancel);
        },
    };

    private static async Task NextAsync(IAsyncEnumerator<(string Type, JsonElement Body)> messages) =>
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Patience.Usual, Cancel));

    private async Task SendAsync(string conversation, string role)
    {
        var id = Guid.NewGuid().ToString("N");
        var at = web.Clock.GetUtcNow().AddMinutes(-1).ToString("O");
        var body = $$$"""
            {"id":"{{{id}}}","type":"message_sent","timestamp":"{{{at}}}","conversationId":"{{{conversation}}}","userId":"someone","data":{"messageId":"{{{id}}}-m","role":"{{{role}}}"}}
            """;
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _host.Program().PostAsync("/api/analytics/events", content, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
