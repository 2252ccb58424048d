using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Faults;

/// <summary>
/// Made-up secrets of all kinds and places through every road into the running program: of at most one in a hundred twelve characters in a row stand in a byte
/// of the
/// data folder, the log of the database included.
/// </summary>
public sealed class KeptBytesTests
{
    private const int Window = 12;

    private sealed record Sample(int Number, string Text, string Secret);

    /// <summary>Said with every text, so that it is known to be stored.</summary>
    private static string Canary(string road) => $"canary of {road}";

    private static readonly string[] s_roads = ["prompts", "commands", "errors", "titles", "lines", "hooks", "telemetry", "telemetry prompts", "events",
        "letters"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nearly_no_secret_reaches_the_disk_on_any_road()
    {
        using var temp = new TempFolder();
        var roads = s_roads.ToDictionary(r => r, _ => new List<Sample>(), StringComparer.Ordinal);
        var samples = Read("kinds.jsonl").Concat(Read("passwords.jsonl")).Select((s, i) => s with { Number = i }).Where(s => s.Secret.Length >= Window)
            .ToList();
        // Twelve places of a kind follow each other: each kind and each place meets each road.
        foreach (var sample in samples) roads[s_roads[(sample.Number / 12 + sample.Number % 12) % s_roads.Length]].Add(sample);
        await WriteTranscriptAsync(temp, roads);
        var data = temp.Folder("data");
        await using (var app = await AppProcess.StartAsync(data, Path.Combine(temp.Path, "claude")))
        {
            await app.WaitIdleAsync();
            foreach (var sample in roads["hooks"])
            {
                // The client waits for no hook, but this one does not outrun the queue.
                using var answer = await app.Http.PostAsJsonAsync("/api/claude-code/hook",
                    new { hook_event_name = "Notification", session_id = "hooked", message = Put(sample, "hooks") }, Cancel);
                Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            }
            await PostAsync(app, "/v1/logs", Logs(roads));
            await PostAsync(app, "/api/analytics/events", roads["events"].Select(s => Event(s, "odd", TimeSpan.Zero, Put(s, "events"))).ToArray());
            await PostAsync(app, "/api/analytics/events", roads["letters"].Select(s => Event(s, "odd", TimeSpan.FromDays(2), Put(s, "letters"))).ToArray());
            Assert.Equal(0, (await app.GetAsync("/api/analytics/pipeline")).GetProperty("hooksDropped").GetInt64());
            // While it runs, too: the log is there then.
            Check(data, roads, samples.Count);
            await app.StopAsync();
        }
        Check(data, roads, samples.Count);
    }

    private static void Check(string data, Dictionary<string, List<Sample>> roads, int count)
    {
        var bytes = Bytes(data);
        foreach (var road in s_roads) Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary(road))) >= 0, $"Nothing of the {road} is stored.");
        var windows = new Dictionary<(ulong, uint), HashSet<string>>();
        foreach (var text in roads.Values.SelectMany(r => r).Select(s => s.Secret).Distinct())
        {
            var secret = Encoding.UTF8.GetBytes(text);
            for (var i = 0; i + Window <= secret.Length; i++)
            {
                if (!windows.TryGetValue(KeyOf(secret.AsSpan(i)), out var of)) windows[KeyOf(secret.AsSpan(i))] = of = [];
                of.Add(text);
            }
        }
        // One that went several roads is kept if one of them kept it.
        var (kept, where) = (new HashSet<string>(), new List<string>());
        for (var i = 0; i + Window <= bytes.Length; i++)
        {
            if (!windows.TryGetValue(KeyOf(bytes.AsSpan(i)), out var of)) continue;
            if (of.Any(kept.Add)) where.Add(Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, i - 120), Math.Min(240, bytes.Length - Math.Max(0, i - 120)))));
        }
        Assert.True(kept.Count <= count / 100, $"{kept.Count} of {count} are kept:\n{string.Join("\n----\n", where.Take(40))}");
    }

    private static (ulong, uint) KeyOf(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));

    private static string Put(Sample sample, string road) => $"{Canary(road)}\n{sample.Text}";

    private static async Task WriteTranscriptAsync(TempFolder temp, Dictionary<string, List<Sample>> roads)
    {
        await using var file = new StreamWriter(temp.File("claude/projects/-p/5f0c5d0e-0000-4000-8000-000000000001.jsonl"));
        file.NewLine = "\n";
        Task LineAsync(object line) => file.WriteLineAsync(JsonSerializer.Serialize(line));
        foreach (var s in roads["prompts"]) await LineAsync(new { type = "user", uuid = Id(s), timestamp = At(s),
            message = new { role = "user", content = Put(s, "prompts") } });
        foreach (var s in roads["commands"]) await LineAsync(Call(s, Put(s, "commands")));
        foreach (var s in roads["errors"])
        {
            await LineAsync(Call(s, "make"));
            await LineAsync(new { type = "user", uuid = Id(s), timestamp = At(s),
                message = new { role = "user",
                content = new[] { new { type = "tool_result", tool_use_id = $"t{s.Number}", is_error = true, content = Put(s, "errors") } } } });
        }
        // One line that is cut off in the middle, as by a full disk.
        foreach (var s in roads["lines"]) await file.WriteLineAsync($"{{\"type\":\"user\",\"x\":{JsonSerializer.Serialize(Put(s, "lines"))}");
        foreach (var s in roads["titles"])
        {
            await using var other = new StreamWriter(temp.File($"claude/projects/-p/{Id(s)}.jsonl"));
            await other.WriteAsync(JsonSerializer.Serialize(new { type = "user", uuid = Id(s), timestamp = At(s),
                message = new { role = "user", content = "hello" } }) + "\n");
            await other.WriteAsync(JsonSerializer.Serialize(new { type = "ai-title", aiTitle = Put(s, "titles") }) + "\n");
        }
    }

    private static object Call(Sample s, string command) => new
    {
        type = "assistant", uuid = Guid.NewGuid(), timestamp = At(s), requestId = $"r{s.Number}",
        message = new
        {
            id = $"m{s.Number}", role = "assistant", model = "claude-opus-5-5", usage = new { input_tokens = 1, output_tokens = 1 },
            content = new[] { new { type = "tool_use", id = $"t{s.Number}", name = "Bash", input = new { command } } },
        },
    };

    private static object Logs(Dictionary<string, List<Sample>> roads)
    {
        object Attribute(string key, string value) => new { key, value = new { stringValue = value } };
        object Record(Sample s, string name, string key, string value) => new
        {
            timeUnixNano = $"{Milliseconds(s)}000000",
            attributes = new[] { Attribute("event.name", name), Attribute("session.id", "told"),
                Attribute("event.sequence", s.Number.ToString(CultureInfo.InvariantCulture)), Attribute(key, value) },
        };
        var logRecords = roads["telemetry"].Select(s => Record(s, "odd_one", "note", Put(s, "telemetry")))
            .Concat(roads["telemetry prompts"].Select(s => Record(s, "user_prompt", "prompt", Put(s, "telemetry prompts"))));
        return new { resourceLogs = new[] { new { scopeLogs = new[] { new { scope = new { name = "com.anthropic.claude_code.events" }, logRecords } } } } };
    }

    private static object Event(Sample s, string type, TimeSpan ahead, string note) =>
        new { id = $"e{s.Number}", type, timestamp = TimeProvider.System.GetUtcNow() + ahead, conversationId = "sent", data = new { note, n = s.Number } };

    private static async Task PostAsync(AppProcess app, string path, object body)
    {
        using var answer = await app.Http.PostAsJsonAsync(path, body, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
    }

    private static Guid Id(Sample s) => new(s.Number + 1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 2]);

    private static long Milliseconds(Sample s) => TimeProvider.System.GetUtcNow().AddHours(-3).ToUnixTimeMilliseconds() + s.Number * 1_000L;

    private static DateTime At(Sample s) => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds(s)).UtcDateTime;

    private static IEnumerable<Sample> Read(string file) => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "secrets", file)).Select(line =>
    {
        var json = JsonDocument.Parse(line).RootElement;
        return new Sample(0, json.GetProperty("text").GetString()!, json.GetProperty("secret").GetString()!);
    });

    private static byte[] Bytes(string folder)
    {
        using var all = new MemoryStream();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                stream.CopyTo(all);
            }
            catch (IOException)
            {
                // The lock file is held by the program and empty.
            }
        }
        return all.ToArray();
    }
}
