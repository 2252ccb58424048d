using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Alerts;
using Xunit;

namespace Observatory.Tests.Support;

/// <summary>The program with rules, a clock that is put forward, and somebody who takes its calls. Looks are made by the test.</summary>
public sealed class AlertWeb : IAsyncLifetime
{
    private int _ids;

    internal MovableClock Clock { get; } = new();

    internal WebHost Host { get; private set; } = null!;

    internal HookReceiver Receiver { get; } = new();

    internal HttpClient Api { get; private set; } = null!;

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Host = new WebHost(Clock) { Change = services => services.AddSingleton(new HookHosts(["127.0.0.1"])) };
        _ = Host.Server;
        // Nobody waits between tries.
        Host.Services.GetRequiredService<AlertSender>().Pauses = [TimeSpan.Zero, TimeSpan.Zero];
        Api = Host.Program();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        Receiver.Dispose();
    }

    internal Task<int> LookAsync() => Host.Services.GetRequiredService<AlertRounds>().RunAsync(Cancel);

    internal Task SendAsync() => Host.Services.GetRequiredService<AlertSender>().RunAsync(Cancel);

    /// <summary>Messages of somebody, now.</summary>
    internal async Task MessagesAsync(string user, int count)
    {
        var at = Clock.GetUtcNow().AddSeconds(-2).ToString("O");
        var lines = Enumerable.Range(0, count).Select(_ => Interlocked.Increment(ref _ids)).Select(i =>
            $$$"""{"id":"m{{{i}}}","type":"message_sent","timestamp":"{{{at}}}","conversationId":"c-{{{user}}}","userId":"{{{user}}}","data":{"messageId":"m{{{i}}}","role":"user"}}""");
        await EventsAsync(string.Join('\n', lines));
    }

    /// <summary>A call that costs the number of dollars, about: output of a model at its list price.</summary>
    internal Task TokensAsync(string user, long output, string model = "claude-sonnet-4-5-20250929")
    {
        var i = Interlocked.Increment(ref _ids);
        var at = Clock.GetUtcNow().AddSeconds(-2).ToString("O");
        return EventsAsync(
            $$$"""{"id":"t{{{i}}}","type":"token_usage","timestamp":"{{{at}}}","conversationId":"c-{{{user}}}","userId":"{{{user}}}","data":{"outputTokens":{{{output}}},"model":"{{{model}}}","requestId":"r{{{i}}}"}}""");
    }

    private async Task EventsAsync(string lines)
    {
        using var content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson");
        using var answer = await Api.PostAsync("/api/analytics/events", content, Cancel);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>Messages of one user in five minutes: more than a number.</summary>
    internal static JsonObject Threshold(string name, string user, double value, params object[] channels) => new()
    {
        ["name"] = name, ["kind"] = "threshold", ["metric"] = "messages", ["filters"] = new JsonObject { ["user"] = new JsonArray(user) },
        ["condition"] = new JsonObject { ["op"] = ">", ["value"] = value, ["window"] = "5m" }, ["for"] = "0s", ["keepFiring"] = "0s",
        ["channels"] = JsonSerializer.SerializeToNode(channels),
    };

    internal async Task<(int Status, JsonElement Body)> CallAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await Api.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    internal async Task<int> MakeAsync(JsonNode rule)
    {
        var (status, body) = await CallAsync(HttpMethod.Post, "/api/alerts/rules", rule);
        Assert.True(status == 201, body.ToString());
        return body.GetProperty("id").GetInt32();
    }

    /// <summary>Of one rule, as the list has them.</summary>
    internal async Task<List<JsonElement>> AlertsAsync(int rule) =>
        [.. (await Api.JsonAsync("/api/alerts")).GetProperty("items").EnumerateArray().Where(a => a.GetProperty("rule").GetProperty("id").GetInt32() == rule)];

    /// <summary>Calls that name the rule.</summary>
    internal List<JsonElement> CallsOf(int rule) => [.. Receiver.Calls.Select(c => JsonDocument.Parse(c.Body).RootElement)
        .Where(b => b.TryGetProperty("rule", out var of) && of.GetProperty("id").GetInt32() == rule)];
}
