using System.Globalization;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>Many pages are open at once while data comes in, then all of them are closed. What each takes, and what is given back.</summary>
internal static class OpenPagesRig
{
    private const int OfOneCaller = 20;

    private static readonly string[] Paths = ["/", "/live", "/conversations", "/projects", "/models", "/tools", "/users"];

    /// <param name="Pages">That were open at once.</param>
    /// <param name="Before">Resident bytes when a few had been open and were closed.</param>
    /// <param name="Half">While half of them were open, when it had gone down again.</param>
    /// <param name="Peak">Largest at any time.</param>
    /// <param name="Open">While all of them were open, when it had gone down again.</param>
    /// <param name="After">When they were closed.</param>
    public sealed record Result(int Pages, long Before, long Half, long Peak, long Open, long After)
    {
        /// <summary>Megabytes, by the second half of the pages: what is made once for all of them is there by then.</summary>
        public double OfOne => (Open - Half) / (double)(Pages - Pages / 2) / 1048576;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Pages} pages: {Before >> 20} MB before, {Half >> 20} MB half, {Open >> 20} MB open ({OfOne:0.00} MB each), {Peak >> 20} MB at most, "
            + $"{After >> 20} MB after");
    }

    /// <param name="path">Null = several.</param>
    /// <param name="changes">Events that each of them sees while it is open.</param>
    public static async Task<Result> RunAsync(int pages, string? path, int changes)
    {
        using var temp = new TempFolder();
        var root = BenchCorpus.Make(temp.Folder("claude"), 20, TimeProvider.System.GetUtcNow());
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), root);
        await app.WaitIdleAsync();
        var clients = await ClientsAsync(app, (pages + OfOneCaller - 1) / OfOneCaller);
        var open = new List<OpenPage>();
        try
        {
            await ToAsync(8);
            await CloseAsync();
            var before = await SettledAsync(app);
            await ToAsync(pages / 2);
            var half = await SettledAsync(app);
            await ToAsync(pages);
            var all = await SettledAsync(app);
            await CloseAsync();
            return new Result(pages, before, half, app.PeakMemory(), all, await SettledAsync(app));
        }
        finally
        {
            await CloseAsync();
            foreach (var client in clients) client.Dispose();
        }

        async Task ToAsync(int count)
        {
            while (open.Count < count) open.Add(await OpenPage.OpenAsync(clients[open.Count / OfOneCaller], path ?? Paths[open.Count % Paths.Length]));
            var drawn = open.Sum(p => p.Batches);
            await ChangeAsync(app, changes);
            await Patience.UntilAsync(() => open.Sum(p => p.Batches) > drawn);
        }

        async Task CloseAsync()
        {
            foreach (var page in open) await page.DisposeAsync();
            open.Clear();
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
