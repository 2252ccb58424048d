using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks.Scale;

/// <summary>A store of made-up events that the real program fills, once, and the program over it.</summary>
internal sealed class ScaleStore(string folder, string empty)
{
    private const int PerRequest = 1_000, Connections = 4;

    private static readonly TimeSpan s_patience = TimeSpan.FromHours(1);

    /// <summary>The instant that the events end at: that of the fill, also when the store is used again.</summary>
    public DateTimeOffset End { get; private set; }

    public Task<AppProcess> StartAsync() => AppProcess.StartAsync(folder, empty);

    /// <returns>Events a second of each fifth of them, and the largest memory; nothing where the store was there.</returns>
    public async Task<(IReadOnlyList<double> Rates, double PeakMegabytes)> FillAsync(Func<DateTimeOffset, ScaleLoad> make, long events)
    {
        var note = Path.Combine(folder, "bench.txt");
        if (File.Exists(note))
        {
            End = DateTimeOffset.Parse(await File.ReadAllTextAsync(note), CultureInfo.InvariantCulture);
            return ([], 0);
        }
        End = TimeProvider.System.GetUtcNow();
        var load = make(End);
        await using var app = await StartAsync();
        var rates = new List<double>();
        for (var part = 0; part < 5; part++)
        {
            var count = part == 4 ? load.Left : events / 5;
            var clock = Stopwatch.StartNew();
            await SendAsync(app, load, count);
            rates.Add(count / clock.Elapsed.TotalSeconds);
        }
        var peak = OperatingSystem.IsLinux() ? app.PeakMemory() / 1048576.0 : double.NaN;
        await app.StopAsync();
        await File.WriteAllTextAsync(note, End.ToString("O", CultureInfo.InvariantCulture));
        return (rates, peak);
    }

    /// <summary>Bytes of the database, its log included.</summary>
    public long Bytes() => Directory.EnumerateFiles(folder, "observatory.db*").Sum(f => new FileInfo(f).Length);

    /// <summary>Waits until the sums of all days are made.</summary>
    public static async Task<TimeSpan> SummedAsync(AppProcess app)
    {
        var clock = Stopwatch.StartNew();
        while (await IsSummingAsync(app))
        {
            if (clock.Elapsed > s_patience) throw new TimeoutException("The sums of the days were not made.");
            await Task.Delay(200);
        }
        return clock.Elapsed;
    }

    private static async Task<bool> IsSummingAsync(AppProcess app) =>
        (await app.GetAsync("/api/analytics/pipeline")).TryGetProperty("sums", out var sums)
        && sums.ValueKind == JsonValueKind.Object && sums.GetProperty("state").GetString() != "idle";

    private static async Task SendAsync(AppProcess app, ScaleLoad load, long count)
    {
        var left = count;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (true)
            {
                byte[] body;
                lock (load)
                {
                    var part = (int)Math.Min(PerRequest, left);
                    if (part <= 0) return;
                    left -= part;
                    body = load.NextBody(part);
                }
                await SendAsync(app, body);
            }
        }));
    }

    private static async Task SendAsync(AppProcess app, byte[] body)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using var answer = await app.Http.PostAsync("/api/analytics/events", content);
            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || clock.Elapsed > TimeSpan.FromMinutes(5))
            {
                answer.EnsureSuccessStatusCode();
                return;
            }
            await Task.Delay(50);
        }
    }
}
