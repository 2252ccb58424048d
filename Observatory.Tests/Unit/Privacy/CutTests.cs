using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Core.Ingestion.Hooks;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Privacy;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Privacy;

/// <summary>Secrets that lie across a place where a text is cut: what is kept of them has no shape any more, so nothing may be.</summary>
public sealed class CutTests
{
    private const long Now = 1_794_474_328_987;
    private const int WordLength = 7;
    private const int Words = 12_000;

    /// <summary>Kinds whose half is hard to tell: without an end, without a sign, or with a name that may lie on the other side of the cut.</summary>
    private static readonly string[] s_kinds = ["github", "jwt", "pypi", "google", "digitalocean", "vault", "openai-project", "url-password", "aws-secret",
        "slack-hook", "x-api-key", "client-secret"];

    private static readonly string s_words = string.Concat(Enumerable.Range(0, Words).Select(i => string.Create(CultureInfo.InvariantCulture, $"w{i:00000} ")));

    public static TheoryData<string> Sources => [.. s_sources.Keys];

    private static readonly Dictionary<string, Func<string, EventBatch>> s_sources = new(StringComparer.Ordinal)
    {
        ["a hook's field"] = text => Hook(new { hook_event_name = "Notification", session_id = "s", message = text }),
        ["a hook's command"] = text =>
            Hook(new { hook_event_name = "PreToolUse", session_id = "s", tool_name = "Bash", tool_use_id = "t", tool_input = new { command = text } }),
        ["a hook's error"] = text =>
            Hook(new { hook_event_name = "PostToolUseFailure", session_id = "s", tool_name = "Bash", tool_use_id = "t", error = text }),
        ["a hook's prompt"] = text => Hook(new { hook_event_name = "UserPromptSubmit", session_id = "s", prompt_id = "p", prompt = text }),
        ["a line that is set aside"] = text => Transcript("{\"type\":\"user\",\"text\":\"" + text),
        ["a prompt of a transcript"] = text =>
            Transcript(JsonSerializer.Serialize(new { type = "user", uuid = "u", sessionId = "s", timestamp = "2026-11-01T00:00:00Z",
            message = new { role = "user", content = text } })),
        ["a command of a transcript"] = text => Transcript(JsonSerializer.Serialize(new
        {
            type = "assistant", uuid = "u", sessionId = "s", requestId = "r", timestamp = "2026-11-01T00:00:00Z",
            message = new { id = "m", role = "assistant", model = "m",
                content = new object[] { new { type = "tool_use", id = "t", name = "Bash", input = new { command = text } } },
                usage = new { input_tokens = 1 } },
        })),
        ["an error of a transcript"] = text => Transcript(JsonSerializer.Serialize(new
        {
            type = "user", uuid = "u", sessionId = "s", timestamp = "2026-11-01T00:00:00Z",
            message = new { role = "user", content = new object[] { new { type = "tool_result", tool_use_id = "t", is_error = true, content = text } } },
        })),
        ["attributes of telemetry"] = text => Log(new { key = "event.name", value = new { stringValue = "odd" } },
            new { key = "text", value = new { stringValue = text } }),
        ["an error of telemetry"] = text => Log(new { key = "event.name", value = new { stringValue = "api_error" } },
            new { key = "error", value = new { stringValue = text } }),
        ["a prompt of telemetry"] = text => Log(new { key = "event.name", value = new { stringValue = "user_prompt" } },
            new { key = "prompt", value = new { stringValue = text } }),
        ["data of an event"] = text => Event(new { a = text[..(text.Length / 4)], b = "short" }),
        ["large data of an event"] = text => Event(new { a = text + text + text, b = text }),
        ["names in data of an event"] = text => Event(new Dictionary<string, int> { [text] = 1, [text + "2"] = 2 }),
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void Of_a_secret_across_a_cut_nothing_is_kept(string source)
    {
        var read = s_sources[source];
        var edges = Edges(Kept(read(s_words)));
        Assert.NotEmpty(edges);
        var made = new MadeUpSecrets(source.Length);
        foreach (var kind in s_kinds)
        {
            var (text, secret) = made.Kinds.First(k => k.Kind == kind).Make();
            foreach (var edge in edges)
            {
                for (var at = edge - text.Length - 8; at < edge + 12; at += 5) Check(read(Put(text, at)), secret, $"{source}, {kind}, {at} beside {edge}");
            }
        }
    }

    /// <summary>Marks are shorter than what they stand for: the place where the source cut comes into what is kept.</summary>
    [Theory]
    [InlineData("a prompt of a transcript", 16_000)]
    [InlineData("a prompt of telemetry", 16_000)]
    [InlineData("a hook's prompt", 16_000)]
    [InlineData("a command of a transcript", 1_000)]
    [InlineData("a hook's command", 1_000)]
    [InlineData("a hook's field", 2_000)]
    [InlineData("a line that is set aside", 2_000)]
    public void Of_a_secret_across_the_cut_of_a_source_nothing_is_kept_where_others_before_it_shrink(string source, int limit)
    {
        var made = new MadeUpSecrets(limit);
        var filler = new StringBuilder("first ");
        while (filler.Length < limit + 400) filler.Append(made.Kinds.First(k => k.Kind == "openai-project").Make().Text).Append(' ');
        foreach (var kind in s_kinds)
        {
            var (text, secret) = made.Kinds.First(k => k.Kind == kind).Make();
            for (var at = limit - text.Length - 60; at < limit + 4; at += 3) Check(s_sources[source](filler.ToString(0, at) + " " + text + " more"), secret,
                $"{source}, {kind}, {at}");
        }
    }

    [Fact]
    public void Of_a_string_that_a_line_feed_shortens_no_half_secret_is_left()
    {
        var made = new MadeUpSecrets(5);
        foreach (var kind in s_kinds)
        {
            var (text, secret) = made.Kinds.First(k => k.Kind == kind).Make();
            for (var at = LongLineShrinker.LongestString - text.Length - 4; at < LongLineShrinker.LongestString + 4; at += 7)
            {
                var line = Encoding.UTF8.GetBytes($$"""{"a":{{JsonSerializer.Serialize(Put(text, at))}}}""");
                var left = Encoding.UTF8.GetString(line, 0, new LongLineShrinker().Shrink(line));
                Assert.InRange(left.Length, 64_000, 66_000);
                Assert.False(Leaks(left, secret) && !left.Contains(JsonSerializer.Serialize(secret)[1..^1], StringComparison.Ordinal),
                    $"{kind} at {at}: {left[^300..]}");
            }
        }
    }

    [Fact]
    public void What_no_blank_parts_is_cut_at_its_limit_and_words_of_every_script_are_kept()
    {
        Assert.Equal(500, WordCut.End(new string('x', 9_000), 500));
        Assert.Equal(499, WordCut.End(string.Concat(Enumerable.Repeat("\U0001F600", 400)).Insert(0, "x"), 500) | 1);
        Assert.Equal(6, WordCut.End("first second third", 10));
        Assert.Equal(12, WordCut.End("first second third", 12));
        Assert.Equal(10, WordCut.End("first second third", 10, room: 3));
        Assert.Equal("日…", WordCut.Marked("日本語の文", 3));
        Assert.Equal("short", WordCut.Marked("short", 5));
        Assert.Equal("first …", WordCut.Marked("first second", 7));
    }

    [Theory]
    [InlineData("""{"a":"12345678","b":["123","123456"],"123456":7}""", """{"a":"12345","b":["123","12345"],"12345":7}""")]
    [InlineData("""{"a":"1\n\u0041\"\\67","b":true}""", """{"a":"1\n\u0041\"\\","b":true}""")]
    [InlineData("""{"a":"12[redacted:x]4"}""", """{"a":"12"}""")]
    public void Texts_in_json_are_cut_and_it_stays_json(string json, string expected)
    {
        Assert.Equal(expected, JsonStrings.Cut(json, 5));
        using var _ = JsonDocument.Parse(expected);
    }

    /// <summary>Where the kept words end and begin, as places in the text; and the places of limits behind that, where nothing is seen of them.</summary>
    private static List<int> Edges(IEnumerable<string> kept)
    {
        var edges = new SortedSet<int>();
        foreach (var text in kept.Where(t => t.Contains(" w", StringComparison.Ordinal)))
        {
            var words = text.Split([' ', '"'], StringSplitOptions.RemoveEmptyEntries)
                .Where(w => w.Length == WordLength - 1 && w[0] == 'w' && w.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0)
                .Select(w => int.Parse(w.AsSpan(1), CultureInfo.InvariantCulture)).ToList();
            if (words.Count == 0) continue;
            if (words.Max() < Words - 1) edges.Add((words.Max() + 1) * WordLength);
            if (words.Min() > 0) edges.Add(words.Min() * WordLength);
        }
        return [.. edges];
    }

    private static string Put(string text, int at) => $"{s_words.AsSpan(0, at)} {text} {s_words.AsSpan(at)}";

    private static void Check(EventBatch batch, string secret, string where)
    {
        foreach (var text in Kept(batch)) Assert.False(Leaks(text, secret),
            $"{where}: {text[..Math.Min(text.Length, 200)]} … {text[^Math.Min(text.Length, 200)..]}");
    }

    private static List<string> Kept(EventBatch batch)
    {
        Assert.True(new ContentFilter(new Sink(), ContentMode.Redacted, new Redactor(SecretRules.All, TimeProvider.System, TimeSpan.FromSeconds(30)))
            .TryWrite(batch));
        var texts = batch.Events.Select(e => e switch
        {
            PromptEvent x => x.Text,
            ToolCallEvent x => x.Target,
            ToolResultEvent x => x.Output,
            ApiErrorEvent x => x.Message,
            OtherEvent x => x.Data,
            _ => null,
        });
        return [.. texts.Concat(batch.Rejected.Select(r => r.Text)).Concat(batch.DeadLetters.Select(l => l.Text)).OfType<string>()];
    }

    private static EventBatch Hook(object body) => HookReader.Read(JsonSerializer.SerializeToUtf8Bytes(body), "ada", Now)!;

    private static EventBatch Transcript(string line)
    {
        using var folder = new TempFolder();
        var path = folder.File("s.jsonl");
        File.WriteAllText(path, line + "\n");
        var sink = new Sink();
        new TranscriptReader(sink, EventSource.Transcript).ReadAsync(TranscriptFile.From(path, "ada"), null, CancellationToken.None).GetAwaiter().GetResult();
        return sink.Last!;
    }

    private static EventBatch Log(params object[] attributes) => OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, JsonSerializer.SerializeToUtf8Bytes(new
    {
        resourceLogs = new[] { new { scopeLogs = new[] { new { scope = new { name = "com.anthropic.claude_code.events" },
            logRecords = new[] { new { timeUnixNano = $"{Now}000000", attributes } } } } } },
    })).Batches.Single();

    private static EventBatch Event(object data)
    {
        var batch = new EventBatch { Source = EventSource.Api };
        new EventReader().Read(JsonSerializer.SerializeToUtf8Bytes(new { id = "e", type = "odd", timestamp = "2026-11-12T09:05:28.918Z",
            conversationId = "c", data }), false, batch, Now);
        return batch;
    }

    internal static bool Leaks(string text, string secret)
    {
        const int Window = 12;
        for (var i = 0; i + Window <= secret.Length; i++)
        {
            if (text.AsSpan().IndexOf(secret.AsSpan(i, Window), StringComparison.Ordinal) >= 0) return true;
        }
        return false;
    }

    private sealed class Sink : IEventSink
    {
        public EventBatch? Last { get; private set; }

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel) => TryWrite(batch) ? ValueTask.CompletedTask
            : throw new InvalidOperationException();

        public bool TryWrite(EventBatch batch)
        {
            Last = batch;
            return true;
        }
    }
}
