using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core.Time;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks.Scale;

/// <summary>Answers over many events: dashboards against an engine that counts raw rows, lists, many readers at once, and one very long conversation.</summary>
internal static class ScaleBench
{
    private const int ListRuns = 20;
    private const string Kathmandu = "Asia/Kathmandu";

    /// <summary>Of Kathmandu from UTC, ms: it has not changed since 1986.</summary>
    private const long KathmanduOffset = 5 * BucketClock.Hour + 45 * BucketClock.Minute;

    public static async Task<int> RunAsync(ScaleOptions options)
    {
        using var temp = new TempFolder();
        var home = options.Folder ?? temp.Path;
        var empty = temp.Folder("empty");
        await LargeAsync(options, new ScaleStore(Made(home, "large"), empty));
        if (options.Many > 0) await ManyAsync(options, new ScaleStore(Made(home, "many"), empty));
        if (options.Messages > 0) await LongConversationAsync(options, temp, Made(home, "long"));
        return 0;
    }

    private static string Made(string home, string name) => Directory.CreateDirectory(Path.Combine(home, name)).FullName;

    private static async Task LargeAsync(ScaleOptions options, ScaleStore store)
    {
        ScaleLoad Load(DateTimeOffset end) => new(options.Events, options.Days, options.Users, options.Projects, options.Models, options.PerConversation, end);
        Console.WriteLine($"{options.Events:N0} events over {options.Days} days, {options.Users} users, {options.Projects} projects, {options.Models} models");
        var (rates, peak) = await store.FillAsync(Load, options.Events);
        Print(rates, peak);
        await using var app = await store.StartAsync();
        var summed = await ScaleStore.SummedAsync(app);
        Console.WriteLine($"database {store.Bytes() / (double)options.Events:0.0} bytes an event; sums of all days after {summed.TotalSeconds:0.0} s");
        using var rival = ScaleRivals.Find();
        if (rival is null) Console.WriteLine("no rival: build with -p:WithDuckDb=true");
        rival?.Fill(Load(store.End));

        Console.WriteLine("answer                        first ms  p50 ms  p95 ms  CPU ms  rival ms  ratio  ratio of CPU");
        foreach (var days in (int[])[30, options.Days])
        {
            await DashboardAsync(options, app, rival, store.End, days, "UTC", 0);
            await DashboardAsync(options, app, rival, store.End, days, Kathmandu, KathmanduOffset);
        }
        await ListsAsync(app, store.End, options.Days);
        await ReadersAsync(options, app, store.End);
        if (OperatingSystem.IsLinux()) Console.WriteLine($"memory {app.Memory() / 1048576.0:0} MB, peak {app.PeakMemory() / 1048576.0:0} MB");
    }

    private static async Task DashboardAsync(ScaleOptions options, AppProcess app, IScaleRival? rival, DateTimeOffset end, int days, string zone, long offset)
    {
        var range = WholeDays(end, days, offset);
        var question = $"dashboard?timezone={zone}&{Text(range)}";
        var (first, _) = await AskAsync(app, question);
        var (own, others, ratios, cpu, ratiosOfCpu) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 0; run < options.Runs; run++)
        {
            var before = app.ProcessorTime();
            var (ms, body) = await AskAsync(app, question);
            own.Add(ms);
            cpu.Add((app.ProcessorTime() - before).TotalMilliseconds);
            if (rival is null) continue;
            var beforeRival = Environment.CpuUsage.TotalTime;
            var (other, messages, tokens) = rival.Dashboard(range, offset);
            others.Add(other);
            ratios.Add(ms / other);
            ratiosOfCpu.Add(cpu[^1] / (Environment.CpuUsage.TotalTime - beforeRival).TotalMilliseconds);
            Same(body, messages, tokens);
        }
        Print($"dashboard {days} d {zone}", first, own, Sample.Median(cpu), MedianOrNone(others), MedianOrNone(ratios), MedianOrNone(ratiosOfCpu));
    }

    private static void Same(string body, long messages, long tokens)
    {
        using var answer = JsonDocument.Parse(body);
        var overview = answer.RootElement.GetProperty("overview");
        var (ours, theirs) = ((overview.GetProperty("totalMessages").GetInt64(), overview.GetProperty("totalTokens").GetInt64()), (messages, tokens));
        if (ours != theirs) throw new InvalidOperationException($"The figures differ: {ours} here, {theirs} there.");
    }

    private static async Task ListsAsync(AppProcess app, DateTimeOffset end, int days)
    {
        var range = Text(WholeDays(end, days, 0));
        string[] questions =
        [
            "users", "projects", "models", "tools", "system",
            "conversations", "conversations?sort=-cost", "conversations?sort=title", "conversations?search=00012",
            "conversations?sort=-totalTokens&limit=500", $"conversations?sort=-duration&cursor={CursorOf(2_000)}",
        ];
        foreach (var question in questions)
        {
            var address = $"{question}{(question.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{range}";
            var (first, _) = await AskAsync(app, address);
            var (times, before) = (new List<double>(), app.ProcessorTime());
            for (var run = 0; run < ListRuns; run++) times.Add((await AskAsync(app, address)).Ms);
            var cpu = (app.ProcessorTime() - before).TotalMilliseconds / ListRuns;
            Print($"{question.Replace("conversations", "conv.", StringComparison.Ordinal)} {days} d", first, times, cpu, null, null);
        }
    }

    /// <summary>The same question of all, and one of its own of each.</summary>
    private static async Task ReadersAsync(ScaleOptions options, AppProcess app, DateTimeOffset end)
    {
        var range = WholeDays(end, options.Days, 0);
        var alone = new List<double>();
        for (var run = 0; run < options.Runs; run++) alone.Add((await AskAsync(app, $"dashboard?{Text(range)}")).Ms);
        foreach (var isSame in (bool[])[true, false])
        {
            var times = new List<double>();
            for (var run = 0; run < options.Runs; run++)
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, options.Readers).Select(reader => AskAsync(
                    app, $"dashboard?{Text(isSame ? range : range with { Start = range.Start + reader * BucketClock.Hour })}")));
                times.AddRange(answers.Select(a => a.Ms));
            }
            var (ofOne, ofAll) = (Sample.Quantile(alone, 0.95), Sample.Quantile(times, 0.95));
            Print($"{options.Readers} readers, {(isSame ? "one question" : "each another")}", times[0], times, null, ofOne, ofAll / ofOne);
        }
        if (OperatingSystem.IsLinux()) Console.WriteLine($"peak memory with {options.Readers} readers {app.PeakMemory() / 1048576.0:0} MB");
    }

    private static async Task ManyAsync(ScaleOptions options, ScaleStore store)
    {
        const int Users = 5_000, Projects = 2_000, Models = 300, PerConversation = 10;
        Console.WriteLine($"{options.Many:N0} events, {Users} users, {Projects} projects, {options.Many / PerConversation:N0} conversations");
        ScaleLoad Load(DateTimeOffset end) => new(options.Many, options.Days, Users, Projects, Models, PerConversation, end);
        var (rates, peak) = await store.FillAsync(Load, options.Many);
        Print(rates, peak);
        await using var app = await store.StartAsync();
        await ScaleStore.SummedAsync(app);
        (string, int)[] questions =
        [
            ("users", 30), ("users", options.Days), ("dashboard", options.Days), ("projects", options.Days), ("conversations", options.Days),
        ];
        foreach (var (question, days) in questions)
        {
            var address = $"{question}?{Text(WholeDays(store.End, days, 0))}";
            var (first, _) = await AskAsync(app, address);
            var times = new List<double>();
            for (var run = 0; run < options.Runs; run++) times.Add((await AskAsync(app, address)).Ms);
            Print($"many: {question} {days} d", first, times, null, null, null);
        }
    }

    private static async Task LongConversationAsync(ScaleOptions options, TempFolder temp, string data)
    {
        const string Id = "28000000-0000-4000-8000-000000000028";
        var root = temp.Folder("long-root");
        var folder = Directory.CreateDirectory(Path.Combine(root, "projects", "-srv-long")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, Id + ".jsonl"), LongTranscript(Id, options.Messages));
        await using var app = await AppProcess.StartAsync(data, root);
        await app.WaitIdleAsync(TimeSpan.FromMinutes(10));
        foreach (var address in (string[])[$"conversations/{Id}", $"conversations/{Id}/timeline?limit=200", $"conversations/{Id}/timeline"])
        {
            var (first, body) = await AskAsync(app, address);
            var times = new List<double>();
            for (var run = 0; run < options.Runs; run++) times.Add((await AskAsync(app, address)).Ms);
            Print($"long: {address[(13 + Id.Length)..]} {body.Length / 1024} KB", first, times, null, null, null);
        }
    }

    private static string LongTranscript(string id, int messages)
    {
        var start = TimeProvider.System.GetUtcNow().AddDays(-3);
        var text = new StringBuilder();
        for (var i = 0; i < messages; i++)
        {
            var at = start.AddSeconds(i * 4).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var common = $"\"uuid\":\"u-{i}\",\"timestamp\":\"{at}\",\"cwd\":\"/srv/long\",\"sessionId\":\"{id}\",\"version\":\"2.1.330\"";
            text.Append(i % 2 == 0
                ? $"{{\"type\":\"user\",{common},\"message\":{{\"role\":\"user\",\"content\":\"Prompt number {i}: {new string('x', 200)}\"}}}}\n"
                : $"{{\"type\":\"assistant\",{common},\"requestId\":\"req_{i}\",\"message\":{{\"id\":\"msg_{i}\",\"role\":\"assistant\"," +
                  $"\"model\":\"claude-opus-5-5\",\"content\":[{{\"type\":\"text\",\"text\":\"Answer {i}: {new string('y', 300)}\"}}]," +
                  $"\"usage\":{{\"input_tokens\":12,\"output_tokens\":{i % 900}}}}}}}\n");
        }
        return text.ToString();
    }

    /// <summary>As the server gives them.</summary>
    private static string CursorOf(int skip) =>
        System.Buffers.Text.Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"s{skip}")));

    private static TimeRange WholeDays(DateTimeOffset end, int days, long offset)
    {
        var last = BucketClock.Floor(end.ToUnixTimeMilliseconds() + offset, BucketClock.Day) + BucketClock.Day - offset;
        return new TimeRange(last - days * BucketClock.Day, last);
    }

    private static string Text(TimeRange range)
    {
        return $"start={Instant(range.Start)}&end={Instant(range.End)}";

        static string Instant(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private static async Task<(double Ms, string Body)> AskAsync(AppProcess app, string address)
    {
        // Within the limit of 200 requests a second that honest clients never meet.
        await Task.Delay(6);
        var clock = Stopwatch.StartNew();
        var body = await app.GetTextAsync($"/api/analytics/{address}");
        return (clock.Elapsed.TotalMilliseconds, body);
    }

    /// <param name="rates">Empty where the store was there.</param>
    private static void Print(IReadOnlyList<double> rates, double peak)
    {
        if (rates.Count == 0) return;
        Console.WriteLine($"written: {string.Join(' ', rates.Select(r => $"{r / 1000:0.0}"))} thousand events/s by fifths; peak memory {peak:0} MB");
    }

    private static double? MedianOrNone(List<double> values) => values.Count == 0 ? null : Sample.Median(values);

    private static void Print(string name, double first, List<double> times, double? cpu, double? rival, double? ratio, double? ratioOfCpu = null)
    {
        Console.WriteLine(
            $"{name,-30}{first,8:0.0}  {Sample.Quantile(times, 0.5),6:0.0}  {Sample.Quantile(times, 0.95),6:0.0}  {Text(cpu, "0.0"),6}  " +
            $"{Text(rival, "0.0"),8}  {Text(ratio, "0.000"),5}  {Text(ratioOfCpu, "0.000"),5}");

        static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";
    }
}
