using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Accounts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>Rules over HTTP, from a definition to who was told.</summary>
public sealed class AlertsApiTests(AlertWeb web) : IClassFixture<AlertWeb>
{
    [Fact]
    public async Task A_rule_can_be_made_read_put_back_and_deleted()
    {
        var hook = new { kind = "webhook", to = web.Receiver.Address };
        var (status, made) = await web.CallAsync(HttpMethod.Post, "/api/alerts/rules", AlertWeb.Threshold("Made", "nobody", 3, new { kind = "page" }, hook));
        Assert.Equal(201, status);
        var id = made.GetProperty("id").GetInt32();
        Assert.True(made.GetProperty("channels")[1].GetProperty("secret").GetString()!.Length > 30);
        Assert.False(made.GetProperty("channels")[0].TryGetProperty("secret", out _));
        var (_, read) = await web.CallAsync(HttpMethod.Get, $"/api/alerts/rules/{id}");
        Assert.False(read.GetProperty("channels")[1].TryGetProperty("secret", out _), "A secret is told once.");
        Assert.Equal("normal", read.GetProperty("state").GetString());
        Assert.Contains((await web.CallAsync(HttpMethod.Get, "/api/alerts/rules")).Body.GetProperty("items").EnumerateArray(), r =>
            r.ToString() == read.ToString());

        // What was read, and what the first answer held, can be put back; only a webhook that is new has a secret to tell.
        foreach (var body in new[] { read, made })
        {
            var (put, same) = await web.CallAsync(HttpMethod.Put, $"/api/alerts/rules/{id}", JsonNode.Parse(body.ToString()));
            Assert.Equal((200, false), (put, same.GetProperty("channels")[1].TryGetProperty("secret", out _)));
        }
        var more = JsonNode.Parse(read.ToString())!;
        more["channels"]!.AsArray().Add(JsonNode.Parse($$"""{"kind":"webhook","to":"{{web.Receiver.Address}}second"}"""));
        var (_, added) = await web.CallAsync(HttpMethod.Put, $"/api/alerts/rules/{id}", more);
        Assert.Equal((false, true), (added.GetProperty("channels")[1].TryGetProperty("secret", out _),
            added.GetProperty("channels")[2].TryGetProperty("secret", out _)));

        var wrong = JsonNode.Parse(read.ToString())!;
        wrong["severity"] = "awful";
        wrong["colour"] = "red";
        var (bad, problem) = await web.CallAsync(HttpMethod.Put, $"/api/alerts/rules/{id}", wrong);
        Assert.Equal((400, "colour,severity"), (bad, string.Join(',', problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order())));
        Assert.Equal(204, (await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}")).Status);
        var taken = (await web.Api.JsonAsync("/api/admin/audit?action=ruleChanged")).GetProperty("items").EnumerateArray()
            .Where(r => r.GetProperty("target").GetString() == $"rule {id} Made").Select(r => r.GetProperty("details").GetString());
        Assert.Equal(["changed", "changed", "changed", "deleted", "made"], taken.Order(StringComparer.Ordinal));
        Assert.Equal(404, (await web.CallAsync(HttpMethod.Get, $"/api/alerts/rules/{id}")).Status);
        Assert.Equal(404, (await web.CallAsync(HttpMethod.Get, $"/api/alerts/rules/{id}/history")).Status);
    }

    [Fact]
    public async Task Reading_keys_read_and_change_nothing()
    {
        var (key, _) = await web.Host.Services.GetRequiredService<ApiKeyService>().CreateAsync("reader", KeyScopes.Read, null, AlertWeb.Cancel);
        var reader = web.Host.Program(key);
        foreach (var path in new[] { "/api/alerts", "/api/alerts/rules", "/api/alerts/deliveries" })
            Assert.Equal(200, (int)(await reader.GetAsync(path, AlertWeb.Cancel)).StatusCode);
        foreach (var path in new[] { "rules", "rules/preview", "channels/test", "1/acknowledge", "1/silence" })
        {
            // Before anything of what is sent is looked at.
            using var content = new StringContent("{\"wrong\":1}", Encoding.UTF8, "application/json");
            Assert.Equal((path, 403), (path, (int)(await reader.PostAsync($"/api/alerts/{path}", content, AlertWeb.Cancel)).StatusCode));
        }
    }

    [Fact]
    public async Task What_fires_is_listed_told_signed_and_resolved()
    {
        var rule = AlertWeb.Threshold("Loud", "loud", 3, new { kind = "page" }, new { kind = "webhook", to = web.Receiver.Address });
        var (_, made) = await web.CallAsync(HttpMethod.Post, "/api/alerts/rules", rule);
        var (id, secret) = (made.GetProperty("id").GetInt32(), made.GetProperty("channels")[1].GetProperty("secret").GetString()!);
        await web.LookAsync();
        Assert.Empty(await web.AlertsAsync(id));
        await using var stream = await EventStream.OpenAsync(web.Api, "/api/analytics/stream", AlertWeb.Cancel);
        await stream.NextAsync();
        await web.MessagesAsync("loud", 4);
        await web.LookAsync();
        var alert = Assert.Single(await web.AlertsAsync(id));
        Assert.Equal(("firing", 4, "Loud"), (alert.GetProperty("state").GetString(), alert.Long("value"),
            alert.GetProperty("rule").GetProperty("name").GetString()));
        Assert.EndsWith($"/alerts?rule={id}", alert.GetProperty("link").GetString(), StringComparison.Ordinal);
        await Patience.UntilAsync(() => web.CallsOf(id).Count == 1);
        var call = web.Receiver.Calls.Single(c => c.Body.Contains($"\"id\":{id},", StringComparison.Ordinal));
        var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{call.Timestamp}.{call.Body}")));
        Assert.Equal($"v1={expected}", call.Signature);
        var body = JsonDocument.Parse(call.Body).RootElement;
        Assert.Equal(["rule", "state", "since", "value", "reason", "link"], body.EnumerateObject().Select(p => p.Name));
        Assert.EndsWith("Z", body.GetProperty("since").GetString(), StringComparison.Ordinal);
        var pushed = (await stream.UntilAsync("system_alert", a => a.GetProperty("rule").GetProperty("id").GetInt32() == id))
            .Last(u => u.Type == "system_alert").Data;
        Assert.True(JsonElement.DeepEquals(body, pushed), $"{body}\n{pushed}");

        // Who took it on, and since when, outlive an edit.
        var number = alert.GetProperty("id").GetInt32();
        var (taken, now) = await web.CallAsync(HttpMethod.Post, $"/api/alerts/{number}/acknowledge", new JsonObject());
        Assert.Equal((200, "configured key"), (taken, now.GetProperty("acknowledgedBy").GetString() is { Length: > 0 } ? "configured key" : null));
        rule["name"] = "Louder";
        await web.CallAsync(HttpMethod.Put, $"/api/alerts/rules/{id}", rule);
        await web.LookAsync();
        var after = Assert.Single(await web.AlertsAsync(id));
        Assert.Equal((alert.GetProperty("since").ToString(), now.GetProperty("acknowledgedBy").ToString(), "Louder"), (after.GetProperty("since").ToString(),
            after.GetProperty("acknowledgedBy").ToString(), after.GetProperty("rule").GetProperty("name").GetString()));

        web.Clock.Advance(TimeSpan.FromMinutes(6));
        await web.LookAsync();
        Assert.Equal("resolved", Assert.Single(await web.AlertsAsync(id)).GetProperty("state").GetString());
        await Patience.UntilAsync(() => web.CallsOf(id).Count == 2);
        Assert.Equal("resolved", web.CallsOf(id)[^1].GetProperty("state").GetString());
        Assert.Equal(409, (await web.CallAsync(HttpMethod.Post, $"/api/alerts/{number}/acknowledge", new JsonObject())).Status);
        var history = (await web.CallAsync(HttpMethod.Get, $"/api/alerts/rules/{id}/history")).Body.GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("state").GetString());
        Assert.Equal(["normal", "firing", "normal"], history);
        web.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Empty(await web.AlertsAsync(id));
        await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}");
    }

    [Fact]
    public async Task What_saws_round_a_threshold_is_told_twice_an_hour_and_how_it_ended()
    {
        var id = await web.MakeAsync(AlertWeb.Threshold("Saw", "saw", 0, new { kind = "webhook", to = web.Receiver.Address }));
        for (var step = 0; step < 8; step++)
        {
            if (step % 2 == 0) await web.MessagesAsync("saw", 1);
            await web.LookAsync();
            web.Clock.Advance(TimeSpan.FromMinutes(6));
        }
        await web.SendAsync();
        await Patience.UntilAsync(() => web.CallsOf(id).Count == 2);
        Assert.Equal(["firing", "resolved"], web.CallsOf(id).Select(c => c.GetProperty("state").GetString()));
        // It fires at the end of the hour, and that is not what was told last.
        await web.MessagesAsync("saw", 1);
        await web.LookAsync();
        Assert.Equal("firing", (await web.AlertsAsync(id))[0].GetProperty("state").GetString());
        for (var minute = 0; minute < 14; minute++)
        {
            web.Clock.Advance(TimeSpan.FromMinutes(1));
            await web.MessagesAsync("saw", 1);
            await web.LookAsync();
        }
        await Patience.UntilAsync(() => web.CallsOf(id).Count == 3);
        Assert.Equal("firing", web.CallsOf(id)[2].GetProperty("state").GetString());
        var told = (await web.Api.JsonAsync("/api/alerts/deliveries?limit=500")).GetProperty("items").EnumerateArray()
            .Where(d => d.GetProperty("rule").GetProperty("id").GetInt32() == id).Select(d => d.GetProperty("state").GetString()).ToList();
        Assert.Equal(3, told.Count(s => s == "sent"));
        Assert.Contains("held", told);
        await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}");
    }

    [Fact]
    public async Task Who_is_silenced_is_told_when_the_silence_ends_and_it_still_fires()
    {
        var id = await web.MakeAsync(AlertWeb.Threshold("Hush", "hush", 0, new { kind = "webhook", to = web.Receiver.Address }));
        await web.MessagesAsync("hush", 1);
        await web.LookAsync();
        await Patience.UntilAsync(() => web.CallsOf(id).Count == 1);
        var alert = (await web.AlertsAsync(id))[0].GetProperty("id").GetInt32();
        foreach (var body in new[] { "{}", """{"for":"1h","until":"2030-01-01T00:00:00Z"}""", """{"for":"soon"}""", """{"until":"soon"}""", """{"to":"1h"}""" })
            Assert.Equal((body, 400), (body, (await web.CallAsync(HttpMethod.Post, $"/api/alerts/{alert}/silence", JsonNode.Parse(body))).Status));
        var (status, silenced) = await web.CallAsync(HttpMethod.Post, $"/api/alerts/{alert}/silence", JsonNode.Parse("""{"for":"20m"}"""));
        Assert.Equal((200, JsonValueKind.String), (status, silenced.GetProperty("silencedUntil").ValueKind));
        // Over, and on again, within the silence: nobody hears of either.
        web.Clock.Advance(TimeSpan.FromMinutes(6));
        await web.LookAsync();
        Assert.Equal("resolved", (await web.AlertsAsync(id))[0].GetProperty("state").GetString());
        web.Clock.Advance(TimeSpan.FromMinutes(15));
        await web.LookAsync();
        await Patience.UntilAsync(() => web.CallsOf(id).Count == 2);
        Assert.Equal("resolved", web.CallsOf(id)[^1].GetProperty("state").GetString());
        await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}");
    }

    [Fact]
    public async Task What_comes_together_goes_in_one_mail_that_names_each_rule()
    {
        var mail = new { kind = "mail", to = "ops@example.org" };
        var (first, second) = (await web.MakeAsync(AlertWeb.Threshold("One of two", "pair", 0, mail)), await web.MakeAsync(AlertWeb.Threshold("Two of two",
            "pair", 0, mail)));
        await web.MessagesAsync("pair", 1);
        await web.LookAsync();
        await web.SendAsync();
        var folder = Path.Combine(web.Host.DataPath, "mail");
        List<string> Mails() => Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.eml", SearchOption.AllDirectories).Select(File.ReadAllText)
            .Where(t => t.Contains("of two", StringComparison.Ordinal))] : [];
        web.Clock.Advance(TimeSpan.FromSeconds(31));
        await web.SendAsync();
        await Patience.UntilAsync(() => Mails().Count > 0);
        var text = Assert.Single(Mails());
        Assert.Contains("One of two", text, StringComparison.Ordinal);
        Assert.Contains("Two of two", text, StringComparison.Ordinal);
        await web.SendAsync();
        Assert.Single(Mails());
        Assert.Equal(2, (await web.Api.JsonAsync("/api/alerts/deliveries")).GetProperty("items").EnumerateArray().Count(d =>
            d.GetProperty("channel").GetString() == "mail" && d.GetProperty("state").GetString() == "sent"));
        foreach (var id in new[] { first, second }) await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}");
    }

    [Fact]
    public async Task Each_step_of_a_budget_is_told_once_a_period()
    {
        var rule = new JsonObject
        {
            ["name"] = "Pot", ["kind"] = "budget", ["metric"] = "tokens", ["filters"] = new JsonObject { ["user"] = new JsonArray("spender") },
            ["condition"] = JsonNode.Parse("""{"amount":1000,"period":"month","timezone":"UTC","steps":[50,80,100],"forecast":false}"""),
            ["channels"] = JsonSerializer.SerializeToNode(new[] { new { kind = "webhook", to = web.Receiver.Address } }),
        };
        var id = await web.MakeAsync(rule);
        var tokens = 0;
        foreach (var (more, told) in new[] { (400, 0), (150, 1), (50, 1), (250, 2), (0, 2), (500, 3), (900, 3) })
        {
            if (more > 0) await web.TokensAsync("spender", more);
            tokens += more;
            await web.LookAsync();
            await web.LookAsync();
            await web.SendAsync();
            await Patience.UntilAsync(() => web.CallsOf(id).Count >= told);
            Assert.Equal((tokens, told), (tokens, web.CallsOf(id).Count));
        }
        Assert.Equal(tokens, (await web.AlertsAsync(id))[0].Long("value"));
        // An edit begins no new period.
        rule["name"] = "Bigger pot";
        await web.CallAsync(HttpMethod.Put, $"/api/alerts/rules/{id}", rule);
        await web.LookAsync();
        await web.SendAsync();
        Assert.Equal(3, web.CallsOf(id).Count);
        await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}");
    }

    [Fact]
    public async Task Three_tries_no_redirect_and_no_private_address()
    {
        var rule = AlertWeb.Threshold("Deaf", "deaf", 0, new { kind = "webhook", to = web.Receiver.Address + "deaf" });
        var (_, refused) = await web.CallAsync(HttpMethod.Post, "/api/alerts/rules", AlertWeb.Threshold("Inside", "x", 0, new { kind = "webhook",
            to = "https://10.0.4.7/x" }));
        Assert.Equal("channels[0].to", Assert.Single(refused.GetProperty("errors").EnumerateObject()).Name);
        using var receiver = new HookReceiver { Answer = n => n == 0 ? 302 : n == 1 ? 500 : 200 };
        rule["channels"]![0]!["to"] = receiver.Address;
        var id = await web.MakeAsync(rule);
        await web.MessagesAsync("deaf", 1);
        await web.LookAsync();
        await Patience.UntilAsync(() => receiver.Calls.Count == 3);
        Assert.DoesNotContain(receiver.Calls, c => c.Path == "/elsewhere");
        await Patience.UntilAsync(async () => await DeliveryAsync() is { } d && d.GetProperty("state").GetString() == "sent");
        Assert.Equal(3, (await DeliveryAsync())!.Value.Long("attempts"));
        async Task<JsonElement?> DeliveryAsync() => (await web.Api.JsonAsync("/api/alerts/deliveries")).GetProperty("items").EnumerateArray()
            .Where(d => d.GetProperty("to").GetString() == receiver.Address).Select(d => (JsonElement?)d).FirstOrDefault();
        await web.CallAsync(HttpMethod.Delete, $"/api/alerts/rules/{id}");

        var (_, worked) = await web.CallAsync(HttpMethod.Post, "/api/alerts/channels/test", Channel("slack", receiver.Address));
        Assert.True(worked.GetProperty("ok").GetBoolean());
        Assert.Contains("\"text\":", receiver.Calls[^1].Body, StringComparison.Ordinal);
        receiver.Answer = _ => 404;
        var (_, failed) = await web.CallAsync(HttpMethod.Post, "/api/alerts/channels/test", Channel("webhook", receiver.Address));
        Assert.Equal((false, "It answered 404."), (failed.GetProperty("ok").GetBoolean(), failed.GetProperty("error").GetString()));
        Assert.NotNull(receiver.Calls[^1].Signature);
        Assert.Equal(400, (await web.CallAsync(HttpMethod.Post, "/api/alerts/channels/test", Channel("webhook", "http://192.168.1.9/"))).Status);
    }

    [Fact]
    public async Task A_preview_finds_the_episodes_of_the_past()
    {
        // Three busy quarters of an hour on three days; the second is below the limit.
        var (user, now) = ("past", web.Clock.GetUtcNow());
        var starts = new[] { 20, 12, 5 }.Select(d => new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddDays(-d).AddHours(9)).ToArray();
        var number = 0;
        var lines = starts.Zip([7, 3, 9]).SelectMany(p => Enumerable.Range(0, p.Second).Select(i =>
            $$$"""{"id":"p{{{number++}}}","type":"message_sent","timestamp":"{{{p.First.AddMinutes(i):O}}}","conversationId":"c-past","userId":"past","data":{"messageId":"p{{{number}}}","role":"user"}}"""));
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        (await web.Api.PostAsync("/api/analytics/events", content, AlertWeb.Cancel)).EnsureSuccessStatusCode();
        var rule = AlertWeb.Threshold("Past", user, 5, new { kind = "page" });
        rule["condition"]!["window"] = "1h";
        var (status, preview) = await web.CallAsync(HttpMethod.Post, "/api/alerts/rules/preview", rule);
        Assert.Equal((200, 2), (status, preview.GetProperty("count").GetInt32()));
        var moments = preview.GetProperty("moments").EnumerateArray().ToList();
        Assert.Equal([7, 9], moments.Select(m => m.Long("value")));
        Assert.Equal([starts[0], starts[2]], moments.Select(m => new DateTimeOffset(m.GetProperty("start").GetDateTimeOffset().UtcDateTime.Date.AddHours(9),
            TimeSpan.Zero)));
        // The window of an hour holds the last message until an hour after it.
        Assert.All(moments.Zip([starts[0], starts[2]]), p => Assert.Equal(p.Second.AddMinutes(75), p.First.GetProperty("end").GetDateTimeOffset()));
        Assert.Equal("15m", preview.GetProperty("resolution")[0].GetProperty("interval").GetString());
        Assert.DoesNotContain((await web.CallAsync(HttpMethod.Get, "/api/alerts/rules")).Body.GetProperty("items").EnumerateArray(),
            r => r.GetProperty("name").GetString() == "Past");
    }

    private static JsonObject Channel(string kind, string to) => new() { ["kind"] = kind, ["to"] = to };
}
