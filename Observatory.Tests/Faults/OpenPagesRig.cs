using System.Globalization;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>Many pages are open at once while data comes in, then all of them are closed. What each takes, and what is given back.</summary>
internal static class OpenPagesRig
{
    public static readonly string[] Paths = ["/", "/live", "/conversations", "/projects", "/models", "/tools", "/users"];

    /// <param name="Pages">That were open at once.</param>
    /// <param name="Before">Resident bytes before the first.</param>
    /// <param name="Open">Largest while they were open and drawn anew.</param>
    /// <param name="After">When they were closed and it had gone down again.</param>
    public sealed record Result(int Pages, int Warm, long Before, long Open, long After)
    {
        public double OfOne => (Open - Before) / (double)Math.Max(1, Pages) / 1048576;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Pages} pages: {Before >> 20} MB before, {Open >> 20} MB open ({OfOne:0.00} MB each), {After >> 20} MB after");
    }

    /// <param name="pages">At most 20 a key.</param>
    /// <param name="path">Null = several.</param>
    /// <param name="changes">Events that each of them sees while it is open.</param>
    public static async Task<Result> RunAsync(int pages, string? path, int changes)
    {
        using var temp = new TempFolder();
        var root = BenchCorpus.Make(temp.Folder("claude"), 20, TimeProvider.System.GetUtcNow());
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), root);
        await app.WaitIdleAsync();
        var clients = await ClientsAsync(app, (pages + 19) / 20);
        // The first ones bring what is made once: compiled code, kept figures.
        const int Warm = 8;
        await OpenAsync(clients, Warm, path, async _ => await ChangeAsync(app, changes));
        var before = await SettledAsync(app);
        var open = 0L;
        await OpenAsync(clients, pages, path, async all =>
        {
            var drawn = all.Sum(p => p.Batches);
            await ChangeAsync(app, changes);
            await Patience.UntilAsync(() => Task.FromResult(all.Sum(p => p.Batches) > drawn));
            open = app.Memory();
        });
        var after = await SettledAsync(app);
        foreach (var client in clients) client.Dispose();
        return new Result(pages, Warm, before, open, after);
    }

    private static async Task OpenAsync(IReadOnlyList<HttpClient> clients, int pages, string? path, Func<IReadOnlyList<OpenPage>, Task> whileOpen)
    {
        var all = new List<OpenPage>();
        try
        {
            for (var i = 0; i < pages; i++) all.Add(await OpenPage.OpenAsync(clients[i / 20 % clients.Count], path ?? Paths[i % Paths.Length]));
            await whileOpen(all);
        }
        finally
        {
            foreach (var page in all) await page.DisposeAsync();
        }
    }

    private static async Task ChangeAsync(AppProcess app, int changes)
    {
        for (var i = 0; i < changes; i++)
        {
            var now = TimeProvider.System.GetUtcNow().ToString("O");
            using var body = new StringContent(
                $$$"""{"type":"tool_use","timestamp":"{{{now}}}","conversationId":"open-pages","data":{"toolName":"Bash","n":{{{i}}}}}""",
                System.Text.Encoding.UTF8, "application/json");
            using var answer = await app.Http.PostAsync("/api/analytics/events", body);
            answer.EnsureSuccessStatusCode();
            await Task.Delay(600);
        }
    }

    /// <summary>Keys of their own: one has a share of the connections only.</summary>
    private static async Task<IReadOnlyList<HttpClient>> ClientsAsync(AppProcess app, int count)
    {
        var clients = new List<HttpClient>();
        for (var i = 0; i < count; i++)
        {
            using var body = new StringContent($$"""{"name":"pages {{i}}","scopes":["admin"]}""", System.Text.Encoding.UTF8, "application/json");
            using var answer = await app.Http.PostAsync("/api/admin/keys", body);
            answer.EnsureSuccessStatusCode();
            var key = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("key").GetString()!;
            var client = new HttpClient { BaseAddress = app.Http.BaseAddress };
            client.DefaultRequestHeaders.Add("x-api-key", key);
            client.DefaultRequestHeaders.Add("Accept", "text/html");
            clients.Add(client);
        }
        return clients;
    }

    /// <summary>The least that is seen until it does not fall any more.</summary>
    private static async Task<long> SettledAsync(AppProcess app)
    {
        var (least, still) = (app.Memory(), 0);
        while (still < 30)
        {
            await Task.Delay(500);
            var now = app.Memory();
            still = now < least - 1048576 ? 0 : still + 1;
            least = Math.Min(least, now);
        }
        return least;
    }
}
