using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Observatory.Tests.Support;

namespace Observatory.Tests.Benchmarks;

/// <param name="Per">Events a request.</param>
/// <param name="Connections">Requests at a time.</param>
/// <param name="Seconds">Length of each run; the number of bodies made beforehand bounds it too.</param>
/// <param name="Runs">Interleaved repetitions.</param>
/// <param name="Megabytes">Bodies made beforehand a run, at most.</param>
/// <param name="Text">Characters of content an event, 0 = none.</param>
internal sealed record LoadOptions(int Per, int Connections, double Seconds, int Runs, int Megabytes, int Text)
{
    public static LoadOptions Read(string[] args)
    {
        var options = new LoadOptions(1_000, 8, 5, 5, 200, 0);
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var number = double.Parse(args[i + 1], CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "--per" => options with { Per = (int)number },
                "--connections" => options with { Connections = (int)number },
                "--seconds" => options with { Seconds = Math.Min(number, 60) },
                "--runs" => options with { Runs = (int)number },
                "--mb" => options with { Megabytes = (int)Math.Min(number, 1_000) },
                "--text" => options with { Text = (int)Math.Min(number, 100_000) },
                _ => throw new ArgumentException($"{args[i]} is not an option. Use --per, --connections, --seconds, --runs, --mb, --text."),
            };
        }
        return options;
    }
}

/// <summary>
/// Load on the events API of the real program, durable and rolled up, against the same road without a store (<see cref="ParseServer"/>), in turn.
/// Loopback only, bounded in time and bytes; each run has a process and a data folder of its own.
/// </summary>
internal static class LoadBench
{
    /// <summary>Seconds.</summary>
    private const double WarmUp = 8;

    /// <summary>Seconds behind the end that a busy server is asked again.</summary>
    private const double LongestWait = 20;

    private sealed record Result(double EventsPerSecond, double P50, double P99, long Busy, double PeakMegabytes, long Events = 0, double Microseconds = 0);

    public static async Task<int> RunAsync(LoadOptions options)
    {
        Console.WriteLine($"{options.Per} events a request, {options.Connections} connections, {options.Seconds:0.#} s, {options.Runs} runs in turn");
        Console.WriteLine("run  parse only ev/s  durable ev/s  ratio   ack p50 ms  p99 ms   429/503  peak MB   half load p99 ms  server CPU µs/event");
        var (ratios, rates, peaks, halves) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var run = 1; run <= options.Runs; run++)
        {
            var bodies = Make(options, run);
            var parse = await ParseAsync(options, bodies);
            var durable = await DurableAsync(options, bodies, pace: null);
            var half = await DurableAsync(options, bodies, durable.EventsPerSecond / 2);
            ratios.Add(durable.EventsPerSecond / parse.EventsPerSecond);
            rates.Add(durable.EventsPerSecond);
            peaks.Add(Math.Max(durable.PeakMegabytes, half.PeakMegabytes));
            halves.Add(half.P99);
            Console.WriteLine(
                $"{run,3}  {parse.EventsPerSecond,15:N0}  {durable.EventsPerSecond,12:N0}  {ratios[^1],5:0.00}  {durable.P50,10:0.0}  {durable.P99,7:0.0}  "
                    + $"{durable.Busy,8}  {peaks[^1],7:0}  {half.P99,17:0.0}  {durable.Microseconds,20:0.0}");
        }
        Console.WriteLine($"durable ÷ parse only: median {Sample.Median(ratios):0.00} ({ratios.Min():0.00}–{ratios.Max():0.00}); durable median "
            + $"{Sample.Median(rates):N0} ev/s (least {rates.Min():N0})");
        Console.WriteLine($"acknowledged at half load: p99 median {Sample.Median(halves):0} ms; peak memory {peaks.Max():0} MB");
        return 0;
    }

    private static List<byte[]> Make(LoadOptions options, int seed)
    {
        var made = new EventBodies(seed, options.Text);
        var bodies = new List<byte[]>();
        for (var bytes = 0L; bytes < options.Megabytes * 1_000_000L
            && made.Made < 150_000 * options.Seconds; bytes += bodies[^1].Length) bodies.Add(made.Next(options.Per));
        return bodies;
    }

    private static async Task<Result> ParseAsync(LoadOptions options, List<byte[]> bodies)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(typeof(LoadBench).Assembly.Location);
        start.ArgumentList.Add("bench");
        start.ArgumentList.Add("serve");
        // As the program's own settings have it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        try
        {
            var address = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The server without a store did not start.");
            await SendAsync(options with { Seconds = WarmUp }, address, bodies, null);
            return await SendAsync(options, address, bodies, null);
        }
        finally
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(5_000)) process.Kill();
        }
    }

    private static async Task<Result> DurableAsync(LoadOptions options, List<byte[]> bodies, double? pace)
    {
        using var temp = new TempFolder();
        await using var app = await AppProcess.StartAsync(temp.Folder("data"), temp.Folder("empty"));
        var address = app.Http.BaseAddress!.ToString();
        // The first seconds of a process go into compiling what runs often; the bodies of that time are others, so that none is a repeat.
        await SendAsync(options with { Seconds = WarmUp }, address, Make(options with { Seconds = WarmUp, Megabytes = 400 }, 1_000_000), null);
        var before = app.ProcessorTime();
        var result = await SendAsync(options, address, bodies, pace);
        result = result with { Microseconds = (app.ProcessorTime() - before).TotalMicroseconds / result.Events };
        var peak = OperatingSystem.IsLinux() ? app.PeakMemory() / 1048576.0 : double.NaN;
        await app.StopAsync();
        return result with { PeakMegabytes = peak };
    }

    private static async Task<Result> SendAsync(LoadOptions options, string address, List<byte[]> bodies, double? eventsPerSecond)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = options.Connections };
        using var http = new HttpClient(handler) { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Add("x-api-key", AppProcess.Key);
        var (next, sent, busy) = (-1, 0L, 0L);
        var latencies = new List<double>[options.Connections];
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, options.Connections).Select(async connection =>
        {
            var own = latencies[connection] = [];
            while (clock.Elapsed.TotalSeconds < options.Seconds && Interlocked.Increment(ref next) is var index && index < bodies.Count)
            {
                if (eventsPerSecond is { } rate)
                {
                    var due = TimeSpan.FromSeconds(index * (double)options.Per / rate);
                    if (due > clock.Elapsed) await Task.Delay(due - clock.Elapsed);
                }
                while (true)
                {
                    var began = clock.Elapsed;
                    using var content = new ByteArrayContent(bodies[index]);
                    content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                    using var answer = await http.PostAsync("/api/analytics/events", content);
                    if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                    {
                        Interlocked.Increment(ref busy);
                        if (clock.Elapsed.TotalSeconds > options.Seconds + LongestWait) break;
                        // A large body is refused without being read, and to send it costs its sender the same again.
                        await Task.Delay(bodies[index].Length < 1_000_000 ? TimeSpan.FromMilliseconds(20) : answer.Headers.RetryAfter?.Delta
                            ?? TimeSpan.FromSeconds(1));
                        continue;
                    }
                    answer.EnsureSuccessStatusCode();
                    own.Add((clock.Elapsed - began).TotalMilliseconds);
                    Interlocked.Add(ref sent, options.Per);
                    break;
                }
            }
        }));
        var all = latencies.SelectMany(l => l).ToList();
        return new Result(sent / clock.Elapsed.TotalSeconds, Sample.Quantile(all, 0.5), Sample.Quantile(all, 0.99), busy, 0, sent);
    }
}
