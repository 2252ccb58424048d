using System.Net;
using System.Net.WebSockets;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Tests.Support;
using Observatory.Web.Hosting;
using Observatory.Web.Identity;
using Xunit;

namespace Observatory.Tests.Api;

/// <summary>What one caller may ask for at once, and by which names.</summary>
public sealed class ApiLimitTests(EmptyWeb web) : IClassFixture<EmptyWeb>
{
    private readonly WebHost _host = web.Host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/analytics/dashboard?projects=/a", "projects")]
    [InlineData("/api/analytics/dashboard?zone=UTC", "zone")]
    [InlineData("/api/analytics/conversations?interval=1d", "interval")]
    [InlineData("/api/analytics/pipeline?x=1", "x")]
    [InlineData("/api/analytics/timeseries?metric=m&tags.a=1", "tags.a")]
    [InlineData("/api/admin/keys?all=1", "all")]
    public async Task A_parameter_that_nobody_knows_is_refused_by_name(string path, string name)
    {
        using var answer = await _host.Program().GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(name, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("parameter").GetString());
        using var nobody = await _host.Program(key: null).GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Theory]
    [InlineData("/api/analytics/pipeline?start=2026-11-01T00:00:00Z&end=2026-11-02T00:00:00Z&timezone=UTC&user=a&project=/p&model=m&source=otlp", 200)]
    [InlineData("/api/analytics/timeseries?metric=messages&tag.branch=main&fill=zero", 200)]
    [InlineData("/api/analytics/dashboard?interval=1d", 200)]
    [InlineData("/api/analytics/conversations/none?timezone=UTC", 404)]
    public async Task Those_of_the_contract_are_known(string path, int status) =>
        Assert.Equal(status, (int)(await _host.Program().GetAsync(path, Cancel)).StatusCode);

    [Theory]
    [InlineData("hook")]
    [InlineData("statusline")]
    public async Task Clients_that_are_told_nothing_are_told_nothing_of_this(string name)
    {
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await _host.Program().PostAsync($"/api/claude-code/{name}?whatever=1", body, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        var paths = (await _host.Program().JsonAsync("/openapi/v1.json")).GetProperty("paths");
        var responses = paths.GetProperty($"/api/claude-code/{name}").GetProperty("post").GetProperty("responses");
        Assert.Equal(["204", "401", "403"], responses.EnumerateObject().Select(r => r.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_caller_has_twenty_connections_that_stay_open()
    {
        var sockets = new List<WebSocket>();
        async Task<bool> Open()
        {
            var client = _host.Server.CreateWebSocketClient();
            client.ConfigureRequest = request => request.Headers["x-api-key"] = WebHost.Key;
            try
            {
                sockets.Add(await client.ConnectAsync(new Uri("ws://localhost/_blazor"), Cancel));
                return true;
            }
            catch (InvalidOperationException refused) when (refused.Message.Contains("429", StringComparison.Ordinal))
            {
                return false;
            }
        }

        for (var i = 0; i < LiveConnections.MostOfOneCaller; i++) Assert.True(await Open());
        Assert.False(await Open());
        sockets[0].Abort();
        await Patience.UntilAsync(Open);
        foreach (var socket in sockets) socket.Abort();
    }

    [Fact]
    public async Task One_caller_has_twenty_requests_that_wait()
    {
        var client = _host.Program();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        async Task<string> ConnectAsync()
        {
            using var negotiated = await client.PostAsync("/_blazor/negotiate?negotiateVersion=1", null, Cancel);
            var token = JsonDocument.Parse(await negotiated.Content.ReadAsStringAsync(Cancel)).RootElement.GetProperty("connectionToken").GetString();
            var path = $"/_blazor?id={Uri.EscapeDataString(token!)}";
            // The first answer comes at once: it says that the connection is there.
            using var first = await client.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            return path;
        }

        var last = await ConnectAsync();
        var waiting = new List<Task<HttpResponseMessage>>();
        for (var i = 0; i < LiveConnections.MostOfOneCaller; i++) waiting.Add(client.GetAsync(await ConnectAsync(), end.Token));
        var connections = _host.Services.GetRequiredService<LiveConnections>();
        await Patience.UntilAsync(() => connections.CountOf(ConnectionKind.Waiting) == LiveConnections.MostOfOneCaller);
        using (var answer = await client.GetAsync(last, Cancel)) Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(waiting));
    }

    [Fact]
    public async Task Connections_of_a_session_end_with_it()
    {
        var list = _host.Services.GetRequiredService<SessionList>();
        var now = web.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var session = new Session(Guid.NewGuid().ToString("N"), "account:5", "password", now, now + 600_000, now, null, null);
        list.Add(session);
        var (context, aborted) = (new DefaultHttpContext(), new Aborted());
        context.Features.Set<IHttpRequestLifetimeFeature>(aborted);
        context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(Sessions.SessionClaim, session.Id)], "test"));
        var connection = _host.Services.GetRequiredService<LiveConnections>().TryRunAsync(context, () => aborted.Over.Task);
        list.End(session.Id);
        await aborted.Over.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        Assert.True(await connection);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("start=2026-11-01T00:00:00Z&end=2026-11-30T00:00:00Z&interval=1h", 0)]
    [InlineData("start=2024-11-30T00:00:00Z&end=2026-11-30T00:00:00Z&interval=1d", 0)]
    [InlineData("start=2026-08-01T00:00:00Z&end=2026-11-30T00:00:00Z&interval=1h", 1)]
    [InlineData("start=2024-11-30T00:00:00Z&end=2026-11-30T00:00:00Z&interval=1h", 4)]
    [InlineData("interval=1m", 4)]
    [InlineData("end=0001-01-01T00:00:00Z&interval=1h", 0)]
    [InlineData("start=nonsense&end=2026-11-30T00:00:00Z", 0)]
    public void An_answer_weighs_what_it_costs(string query, int weight)
    {
        var parameters = new QueryCollection(QueryHelpers.ParseQuery(query));
        Assert.Equal(weight, HeavyAnswers.WeightOf(parameters, new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public async Task Few_large_answers_are_made_at_the_same_time_and_the_others_wait()
    {
        using var answers = new HeavyAnswers(TimeProvider.System);
        var (now, most, gate) = (0, 0, new Lock());
        async Task Answer(int caller)
        {
            var who = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, $"key:{caller}")], "test");
            var context = new DefaultHttpContext { User = new ClaimsPrincipal(who) };
            context.Request.QueryString = new QueryString("?start=2024-11-30T00:00:00Z&end=2026-11-30T00:00:00Z&interval=1h");
            await answers.RunAsync(context, async () =>
            {
                lock (gate) most = Math.Max(most, ++now);
                await Task.Delay(20, Cancel);
                lock (gate) now--;
            });
            Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        }

        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => Answer(i % 3))));
        Assert.Equal(2, most);
    }

    private sealed class Aborted : IHttpRequestLifetimeFeature
    {
        public TaskCompletionSource Over { get; } = new();

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Over.TrySetResult();
    }
}
