using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Faults.Fuzzing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>Bad bodies and good ones, side by side: never a server error, never a stall, and all that is good counts.</summary>
[Collection(FaultsCollection.Store)]
public sealed class HostileBodyTests(ITestOutputHelper output)
{
    private const int Mutants = 200;
    private const int Seed = 41;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(15);

    private sealed record Body(string Name, string Path, string Type, byte[] Bytes, string? Encoding = null);

    [Fact]
    public async Task BadBodiesAreRefusedAndGoodEventsBesideThemCount()
    {
        using var temp = new TempFolder();
        var data = temp.Folder("data");
        var load = new EventLoad(Seed);
        var sender = new LoadSender(1);
        var statuses = new Dictionary<int, int>();
        await using (var app = await AppProcess.StartAsync(data, temp.Folder("claude")))
        {
            using var stop = new CancellationTokenSource();
            var good = sender.RunAsync(app.Http.BaseAddress!, () => load.Next(), stop.Token);
            foreach (var body in Bodies())
            {
                var clock = Stopwatch.StartNew();
                var status = await PostAsync(app, body);
                // A sender that is asked to come again is no victim.
                if (status is not (429 or 503)) Assert.True(status < 500, $"{body.Name}: {status}");
                Assert.True(clock.Elapsed < s_longest, $"{body.Name} took {clock.Elapsed.TotalSeconds:0.0} s");
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
            }
            await stop.CancelAsync();
            await good.WaitAsync(Patience.Usual);
            await sender.RunAsync(app.Http.BaseAddress!, () => null, CancellationToken.None);
            await app.GetAsync("/api/analytics/dashboard?" + EventLoad.Range);
            Assert.Equal(0, await app.StopAsync());
        }
        output.WriteLine($"{load.Made.Count} good requests, answers to bad ones: "
            + $"{string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Value} × {s.Key}"))}");
        Assert.True(statuses.GetValueOrDefault(400) > 0 && statuses.GetValueOrDefault(413) > 0, "Nothing was refused.");
        Assert.Empty(sender.Faults);
        Assert.Empty(StoreAudit.Check(Path.Combine(data, "observatory.db"), load.Made, _ => true));
    }

    private static async Task<int> PostAsync(AppProcess app, Body body)
    {
        using var content = new ByteArrayContent(body.Bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(body.Type);
        if (body.Encoding is not null) content.Headers.ContentEncoding.Add(body.Encoding);
        try
        {
            using var answer = await app.Http.PostAsync(body.Path, content);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException) when (body.Bytes.Length > 32 * 1024 * 1024)
        {
            // The answer came, and the connection went, while the rest was still being sent.
            return (int)HttpStatusCode.RequestEntityTooLarge;
        }
    }

    private static IEnumerable<Body> Bodies()
    {
        const string Events = "/api/analytics/events", Points = "/api/analytics/timeseries", Json = "application/json", Lines = "application/x-ndjson",
            Protobuf = "application/x-protobuf";
        foreach (var (name, path, type) in new[]
        {
            ("events", Events, Json), ("eventlines", Events, Lines), ("points", Points, Json), ("pointlines", Points, Lines),
            ("otlplogsjson", "/v1/logs", Json), ("otlplogsprotobuf", "/v1/logs", Protobuf), ("otlpmetricsjson", "/v1/metrics", Json),
                ("otlpmetricsprotobuf", "/v1/metrics", Protobuf),
            ("otlptracesprotobuf", "/v1/traces", Protobuf), ("hooks", "/api/claude-code/hook", Json), ("statusline", "/api/claude-code/statusline", Json),
        })
        {
            var seeds = FuzzTarget.All().Single(t => t.Name == name).Seeds;
            var random = new Random(Seed);
            for (var i = 0; i < Mutants; i++) yield return new Body($"{name} {i}", path, type,
                Mutator.Mutate(seeds[random.Next(seeds.Count)], seeds[random.Next(seeds.Count)], random));
        }
        foreach (var path in new[] { Events, Points, "/v1/logs", "/v1/metrics" })
        {
            yield return new Body("a gzip bomb", path, Json, Zip(new byte[200_000_000]), "gzip");
            yield return new Body("a brotli bomb", path, Json, Brotli(new byte[200_000_000]), "br");
            yield return new Body("spaces that never end", path, Lines, Zip(Enumerable.Repeat((byte)' ', 33_000_000).ToArray()), "gzip");
            yield return new Body("half a gzip", path, Json, Zip(Text(EventBench.Event(1)))[..40], "gzip");
            yield return new Body("no gzip", path, Json, Text(EventBench.Event(1)), "gzip");
            yield return new Body("an encoding that nobody knows", path, Json, Text("{}"), "zstd");
            yield return new Body("a million brackets", path, Json, Text(new string('[', 1_000_000)));
            yield return new Body("a million brackets, closed", path, Json, Text(new string('[', 1_000_000) + new string(']', 1_000_000)));
            yield return new Body("deep data", path, Json, Text("{\"type\":\"x\",\"timestamp\":\"2026-11-12T09:05:28Z\",\"data\":"
                + string.Concat(Enumerable.Repeat("{\"a\":", 500_000)) + "1" + new string('}', 500_001)));
            yield return new Body("a million empty objects", path, Json, Text("[" + string.Join(',', Enumerable.Repeat("{}", 1_000_000)) + "]"));
            yield return new Body("a million lines of nothing", path, Lines, Text(string.Join('\n', Enumerable.Repeat("x", 1_000_000))));
            yield return new Body("one long number", path, Json, Text("{\"type\":\"x\",\"timestamp\":" + new string('9', 1_000_000) + "}"));
            yield return new Body("one long name", path, Json, Text("{\"" + new string('a', 5_000_000) + "\":1}"));
            yield return new Body("one long text", path, Json,
                Text("{\"type\":\"token_usage\",\"id\":\"" + new string('a', 20_000_000) + "\",\"timestamp\":\"2026-11-12T09:05:28Z\"}"));
            yield return new Body("escapes", path, Json, Text("{\"type\":\"" + string.Concat(Enumerable.Repeat("\\ud800", 1_000_000)) + "\"}"));
            yield return new Body("infinite tokens", path, Json,
                Text("{\"type\":\"token_usage\",\"timestamp\":\"2026-11-12T09:05:28Z\",\"data\":{\"inputTokens\":1e400,\"outputTokens\":-1e400}}"));
            yield return new Body("tokens that would overflow", path, Json,
                Text("{\"type\":\"token_usage\",\"timestamp\":\"2026-11-12T09:05:28Z\","
                    + "\"data\":{\"inputTokens\":9223372036854775807,\"outputTokens\":9223372036854775807}}"));
            yield return new Body("no UTF-8", path, Json, [0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0]);
            yield return new Body("bytes", path, Json, RandomBytes(100_000));
            yield return new Body("too large", path, Json, new byte[34 * 1024 * 1024]);
            yield return new Body("nothing", path, Json, []);
            yield return new Body("another type", path, "text/xml", Text("<a/>"));
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(Seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Zip(byte[] plain)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return zipped.ToArray();
    }

    private static byte[] Brotli(byte[] plain)
    {
        using var small = new MemoryStream();
        using (var brotli = new BrotliStream(small, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(plain);
        return small.ToArray();
    }
}
