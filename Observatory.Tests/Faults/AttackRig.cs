using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults;

/// <summary>Somebody attacks while others read, send and look whether it lives: how large the program becomes, and how long the others wait.</summary>
internal static class AttackRig
{
    /// <summary>Bytes that the program may be at most, whatever comes.</summary>
    public const long MostMemory = 300L * 1024 * 1024;

    /// <summary>Milliseconds within which 95 of 100 requests of others are answered.</summary>
    public const double Longest = 1_000;

    /// <summary>After the attack was answered: what it left behind is seen here.</summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(5);

    /// <param name="Peak">Bytes.</param>
    /// <param name="Waits">Milliseconds, of each request of others.</param>
    /// <param name="Refused">Requests of others that were not answered well.</param>
    /// <param name="Users">Milliseconds for the list of users afterwards.</param>
    public sealed record Result(string Name, string Answer, TimeSpan Took, long Peak, long Disk, IReadOnlyList<double> Waits, int Refused, double Users)
    {
        public IReadOnlyList<string> Problems =>
        [
            .. (string[])(Peak > MostMemory ? [$"{Name}: {Peak >> 20} MB"] : []),
            .. (string[])(Sample.Quantile(Waits, 0.95) > Longest ? [$"{Name}: others waited {Sample.Quantile(Waits, 0.95):0} ms"] : []),
            .. (string[])(Refused > 0 ? [$"{Name}: {Refused} requests of others were refused"] : []),
        ];

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"{Name,-16} {Took.TotalSeconds,6:0.0} s  {Peak >> 20,4} MB at most  {Disk >> 20,4} MB on disk  "
            + $"others p50 {Sample.Median(Waits),4:0}  p95 {Sample.Quantile(Waits, 0.95),5:0}  most {Waits.Max(),5:0} ms of {Waits.Count}, {Refused} "
                + $"refused; users in {Users:0} ms; {Answer}");
    }

    public static async Task<Result> RunAsync(Attack attack)
    {
        using var temp = new TempFolder();
        var root = BenchCorpus.Make(temp.Folder("claude"), 10, TimeProvider.System.GetUtcNow());
        var data = temp.Folder("data");
        await using var app = await AppProcess.StartAsync(
            data, root, ("Observatory__Bootstrap__AdminEmail", "admin@example.com"), ("Observatory__Bootstrap__AdminPassword", "a horse that nobody battered"));
        await app.WaitIdleAsync();
        var attacked = new AttackedApp(app, await KeyAsync(app, "ingest"), await KeyAsync(app, "read"));
        using var stop = new CancellationTokenSource();
        var (waits, refused) = (new List<double>(), 0);
        var others = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var clock = Stopwatch.StartNew();
                if (!await AskAsync(app.Http, i)) refused++;
                waits.Add(clock.Elapsed.TotalMilliseconds);
                await Task.Delay(20);
            }
        });
        var took = Stopwatch.StartNew();
        var answer = await attack.RunAsync(attacked);
        took.Stop();
        await Task.Delay(s_rest);
        await stop.CancelAsync();
        await others;
        var users = Stopwatch.StartNew();
        await app.GetTextAsync("/api/analytics/users");
        users.Stop();
        var disk = Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        return new Result(attack.Name, answer, took.Elapsed, app.PeakMemory(), disk, waits, refused, users.Elapsed.TotalMilliseconds);
    }

    /// <summary>In turn: whether it lives, what it knows, and something new.</summary>
    private static async Task<bool> AskAsync(HttpClient http, int number)
    {
        switch (number % 3)
        {
            case 0:
                using (var live = await http.GetAsync("/health/live")) return live.IsSuccessStatusCode;
            case 1:
                using (var read = await http.GetAsync("/api/analytics/dashboard")) return read.IsSuccessStatusCode;
            default:
                var now = TimeProvider.System.GetUtcNow().ToString("O");
                var one = $$"""{"id":"other {{number}}","type":"x","timestamp":"{{now}}"}""";
                using (var body = new StringContent(one, Encoding.UTF8, "application/json"))
                using (var sent = await http.PostAsync("/api/analytics/events", body)) return sent.IsSuccessStatusCode;
        }
    }

    private static async Task<string> KeyAsync(AppProcess app, string scope)
    {
        using var answer = await app.Http.PostAsJsonAsync("/api/admin/keys", new { name = scope, scopes = new[] { scope } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }
}
