using System.Text;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;

namespace Observatory.Tests.Faults.Fuzzing;

/// <summary>A reader of foreign bytes.</summary>
/// <param name="Name">Without a dash: failing inputs are named by it.</param>
/// <param name="Seeds">Good inputs, to be changed.</param>
/// <param name="Read">Reads one; throws nothing but <paramref name="Refusal"/>, or <see cref="FuzzException"/> where what it read cannot be right.</param>
/// <param name="Refusal">The one exception that says "this cannot be read".</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read, Type Refusal)
{
    /// <summary>Every reader there is. One line each.</summary>
    public static IEnumerable<FuzzTarget> All()
    {
        yield return Transcripts();
        yield return Items<EventReader>("events", EventSeeds(), lines: false);
        yield return Items<EventReader>("eventlines", EventSeeds(), lines: true);
        yield return Items<MetricReader>("points", PointSeeds(), lines: false);
        yield return Items<MetricReader>("pointlines", PointSeeds(), lines: true);
        foreach (var signal in Enum.GetValues<OtlpSignal>())
        {
            foreach (var encoding in Enum.GetValues<OtlpEncoding>()) yield return Otlp(signal, encoding);
        }
        yield return Hooks();
        yield return Statuslines();
    }

    private static FuzzTarget Otlp(OtlpSignal signal, OtlpEncoding encoding)
    {
        var seeds = OtlpFixture.All.Where(f => f.Signal == signal && f.Encoding == encoding).SelectMany(f => f.Requests)
            .Where(r => r.Length is > 0 and < 16_000).ToList();
        // No client of the fixtures sent traces as JSON.
        if (seeds.Count == 0) seeds.Add(Encoding.UTF8.GetBytes(TraceSeed));
        return new FuzzTarget($"otlp{signal}{encoding}".ToLowerInvariant(), seeds, body =>
        {
            foreach (var batch in OtlpRequest.Read(signal, encoding, body).Batches)
            {
                if (batch.Points.Any(p => !double.IsFinite(p.Value))) throw new FuzzException("a value that is no number");
                foreach (var e in batch.Events) Check(e);
            }
        }, typeof(OtlpFormatException));
    }

    private static FuzzTarget Hooks() => new("hooks", [.. s_hooks.Select(Encoding.UTF8.GetBytes)], body =>
    {
        if (HookReader.Read(body, "ada", s_now) is not { } batch) return;
        foreach (var e in batch.Events) Check(e);
    }, typeof(Unrefusable));

    private static FuzzTarget Statuslines()
    {
        var reader = new StatuslineReader(new StatuslineBoard());
        return new FuzzTarget("statusline", [.. s_statuslines.Select(Encoding.UTF8.GetBytes)], body =>
        {
            if (reader.TryRead(body, "ada", s_now, out var batch)
                && batch.Points.Any(p => !double.IsFinite(p.Value))) throw new FuzzException("a value that is no number");
        }, typeof(Unrefusable));
    }

    /// <summary>For readers that refuse without throwing.</summary>
    private sealed class Unrefusable : Exception;

    private const string TraceSeed = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"claude-code"}},{"key":"user.email","value":{"stringValue":"ada@example.test"}}]},"scopeSpans":[{"scope":{"name":"com.anthropic.claude_code"},
        "spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173","name":"claude_code.tool","startTimeUnixNano":"1763975000000000000","endTimeUnixNano":"1763975001000000000",
        "attributes":[{"key":"session.id","value":{"stringValue":"s"}},{"key":"n","value":{"intValue":"12"}},{"key":"l","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":1.5}]}}}],"status":{"code":2,"message":"no"},"events":[{"name":"e","timeUnixNano":"1"}]}]}]}]}
        """;

    private static readonly string[] s_hooks =
    [
        """{"session_id":"2b1f6fd5-c548-498f-b6c7-399a6850b3d3","transcript_path":"/x/t.jsonl","cwd":"/srv/app","hook_event_name":"UserPromptSubmit","prompt":"hello"}""",
        """{"session_id":"s","cwd":"/srv/app","hook_event_name":"PostToolUse","tool_name":"Bash","tool_use_id":"toolu_1","tool_input":{"command":"ls","timeout":12},"tool_response":{"stdout":"a","interrupted":false},"duration_ms":41}""",
        """{"session_id":"s","cwd":"/srv/app","hook_event_name":"PreToolUse","tool_name":"Edit","tool_use_id":"toolu_2","tool_input":{"file_path":"/srv/app/x","old_string":"a","new_string":"b"}}""",
        """{"session_id":"s","hook_event_name":"SessionStart","source":"resume","agent_id":"a1","agent_type":"Explore"}""",
            """{"session_id":"s","hook_event_name":"Notification","message":"waiting","notification_type":"permission_prompt"}""",
        """{"session_id":"s","hook_event_name":"StopFailure","error":"rate_limit","error_details":{"status":429}}""",
    ];

    private static readonly string[] s_statuslines =
    [
        """
        {"session_id":"s","cwd":"/srv/app","model":{"id":"claude-opus-5-5","display_name":"Opus"},"workspace":{"current_dir":"/srv/app","project_dir":"/srv"},"version":"2.1.9","cost":{"total_cost_usd":0.12,"total_duration_ms":4500,"total_api_duration_ms":2300,
        "total_lines_added":1,"total_lines_removed":0},"context_window":{"total_input_tokens":15234,"total_output_tokens":4521,"context_window_size":200000,"used_percentage":8},
        "rate_limits":{"five_hour":{"used_percentage":23.5,"resets_at":1763975000},"seven_day":{"used_percentage":41.2,"resets_at":1764575000}}}
        """,
    ];

    private static readonly long s_now = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static FuzzTarget Items<T>(string name, List<string[]> bodies, bool lines) where T : ItemReader, new()
    {
        var seeds = bodies.Select(b => Encoding.UTF8.GetBytes(lines ? string.Join('\n', b) : b.Length == 1 ? b[0] : $"[{string.Join(',', b)}]")).ToList();
        // One reader for all of them, as in the program: nothing of one input may be left for the next.
        var reader = new T();
        return new FuzzTarget(name, seeds, body =>
        {
            var batch = new EventBatch { Source = EventSource.Api };
            var items = reader.Read(body, lines, batch, s_now);
            if (items.Rejected.Count != batch.DeadLetters.Count) throw new FuzzException($"{items.Rejected.Count} refused, {batch.DeadLetters.Count} kept "
                + $"aside");
            // A tool's call and result are two events of one item.
            if (batch.Events.Count
                + batch.Points.Count < items.Taken) throw new FuzzException($"{items.Taken} taken, {batch.Events.Count + batch.Points.Count} handed on");
            if (batch.Points.Any(p => !double.IsFinite(p.Value))) throw new FuzzException("a value that is no number");
            foreach (var e in batch.Events) Check(e);
        }, typeof(UnreadableBodyException));
    }

    /// <summary>Whole files, through the reader that follows them.</summary>
    private static FuzzTarget Transcripts()
    {
        var seeds = new List<byte[]>();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Fixture.Root, "projects"), "*.jsonl", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            // Short pieces of real files: a change should hit something that counts.
            foreach (var lines in File.ReadLines(path).Where(l => l.Length < 4_000)
                .Chunk(3)) seeds.Add(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        }
        return new FuzzTarget("transcript", seeds, bytes =>
        {
            using var temp = new FuzzFile(bytes);
            var sink = new Sink();
            var file = new TranscriptFile(temp.Path, "tester", "2b1f6fd5-c548-498f-b6c7-399a6850b3d3", null);
            var result = new TranscriptReader(sink, EventSource.Transcript).ReadAsync(file, null, CancellationToken.None).GetAwaiter().GetResult();
            // What has no line end yet is read the next time.
            var end = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
            if (result.End is { } bookmark && bookmark.Offset != end) throw new FuzzException($"read to byte {bookmark.Offset} of {end}");
            foreach (var e in sink.Batches.SelectMany(b => b.Events)) Check(e);
        }, typeof(IOException));
    }

    private static void Check(AnalyticsEvent e)
    {
        if (e.Conversation.Length > 10_000) throw new FuzzException("a conversation's name is without end");
        if (e is not ResponseEvent { Usage: var usage }) return;
        if (usage.Input is < 0 or > TokenUsage.Limit || usage.Output is < 0 or > TokenUsage.Limit || usage.CacheRead is < 0 or > TokenUsage.Limit
            || usage.CacheWrite5m < 0 || usage.CacheWrite1h < 0)
        {
            throw new FuzzException($"tokens out of range: {usage}");
        }
    }

    private static List<string[]> EventSeeds() =>
    [
        [EventBench.Event(0)], [EventBench.Event(1), EventBench.Event(2)], [EventBench.Event(3), EventBench.Event(4), EventBench.Event(5)],
        ["""{"type":"token_usage","timestamp":"2026-11-12T09:05:28.918Z","conversationId":"c","data":{"tokens":12,"type":"input","model":"claude-opus-5-5"}}"""],
        ["""{"id":"x","type":"api_error","timestamp":1762938328918,"data":{"status":529,"message":"over\u006coaded"}}""",
            """{"type":"user_activity","timestamp":"2026-11-12T09:05:28Z","userId":"ada","data":{"activity":"opened","deep":[{"a":[1,2,{"b":null}]}]}}"""],
        ["""{"type":"conversation_message","timestamp":"2026-11-12T09:05:28+01:00","conversationId":"c","data":{"messageId":"m","content":"hello ```code``` \ud83d\ude00"}}"""],
        ["""{"type":"conversation_created","timestamp":"2026-11-12 09:05:28Z","conversationId":"c","data":{}}""",
            """{ "data" : { "tool" : "Bash", "success" : false, "durationMs" : 12.5 } , "type" : "tool_use", "timestamp":"2026-11-12T09:05:28Z" }"""],
        ["""{"id":"é","type":"message_sent","timestamp":"2026-11-12T09:05:28Z","data":{"role":"system","messageLength":3}}""",
            """{"id":"e\n","type":"deployed to production","timestamp":"2026-11-12T09:05:28Z"}"""],
    ];

    private static List<string[]> PointSeeds() =>
    [
        ["""{"metric":"build.seconds","timestamp":"2026-11-12T09:05:28Z","value":41.5,"tags":{"branch":"main","n":1,"ok":true}}"""],
        ["""{"metric":"a","timestamp":1762938328918,"value":-1e3}""",
            """{"id":"p","metric":"b","timestamp":"2026-11-12T09:05:28.123Z","value":0,"tags":null}"""],
        ["""{"tags":{"é":"\ud83d\ude00","b":"x"},"value":12,"timestamp":"2026-11-12T09:05:28Z","metric":"deploys"}""",
            """{"metric":"c","timestamp":"2026-11-12T09:05:28Z","value":1,"more":{"deep":[1]}}"""],
    ];

    private sealed class Sink : IEventSink
    {
        public List<EventBatch> Batches { get; } = [];

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            Batches.Add(batch);
            return ValueTask.CompletedTask;
        }

        public bool TryWrite(EventBatch batch)
        {
            Batches.Add(batch);
            return true;
        }
    }
}

/// <summary>What was read cannot be right.</summary>
internal sealed class FuzzException(string message) : Exception(message);

/// <summary>An input as a file, one a thread, written anew each time.</summary>
internal sealed class FuzzFile : IDisposable
{
    private const string Memory = "/dev/shm";

    [ThreadStatic]
    private static string? s_path;

    private static readonly TempFolder s_folder = Folder();

    public FuzzFile(byte[] bytes)
    {
        Path = s_path ??= s_folder.File(Guid.NewGuid() + ".jsonl");
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    private static TempFolder Folder()
    {
        // In memory where that is possible: a million files are written.
        var folder = Directory.Exists(Memory) ? new TempFolder(Memory) : new TempFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    }

    public void Dispose()
    {
        // Kept for the next input.
    }
}
