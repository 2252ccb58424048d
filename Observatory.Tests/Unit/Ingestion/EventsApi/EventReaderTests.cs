using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.EventsApi;

public sealed class EventReaderTests
{
    private const string At = "2026-11-12T09:05:28.918Z";

    private static readonly long s_at = new DateTimeOffset(2026, 11, 12, 9, 5, 28, 918, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly long s_now = s_at + 60_000;

    private readonly EventReader _reader = new();

    [Fact]
    public void A_users_message_is_a_prompt()
    {
        var prompt = One<PromptEvent>(Event("message_sent", """{"messageId":"m1","role":"user","tokenCount":7,"messageLength":42,"project":"/srv/shop"}"""));
        Assert.Equal((EventKey.Of(KeySpace.Line, "m1"), EventKey.Of(KeySpace.Event, "e1"), s_at, "c1", "ada", 42, "/srv/shop"),
            (prompt.Key, prompt.EventId, prompt.At, prompt.Conversation, prompt.User, prompt.Length, prompt.Project));
        Assert.Null(prompt.Text);
        Assert.Equal(EventKey.Of(KeySpace.Event, "e1"), One<PromptEvent>(Event("message_sent", """{"role":"user"}""")).Key);
    }

    [Fact]
    public void An_assistants_message_has_no_tokens()
    {
        var message = One<ResponseEvent>(Event("message_sent", """{"messageId":"m1","role":"assistant","tokenCount":700}"""));
        Assert.Equal((CallKind.Message, EventKey.Of(KeySpace.Message, "m1"), 0L, false), (message.Kind, message.Key, message.Usage.Total, message.IsAuxiliary));
    }

    [Fact]
    public void Messages_of_others_are_kept_and_count_nothing() =>
        Assert.Equal("""{"role":"system"}""", One<OtherEvent>(Event("message_sent", """{"role":"system"}""")).Data);

    [Theory]
    [InlineData("""{"tokens":120,"type":"input"}""", 120, 0, 0, 0)]
    [InlineData("""{"tokens":120,"type":"output"}""", 0, 120, 0, 0)]
    [InlineData("""{"tokens":1e3,"type":"output"}""", 0, 1000, 0, 0)]
    [InlineData("""{"inputTokens":1,"outputTokens":2,"cacheCreationTokens":3,"cacheReadTokens":1000000000000}""", 1, 2, 3, 1_000_000_000_000)]
    [InlineData("""{"inputTokens":1,"inputTokens":5.0,"outputTokens":null}""", 5, 0, 0, 0)]
    [InlineData("""{"\u0069nputTokens":9}""", 9, 0, 0, 0)]
    public void Token_usage(string data, long input, long output, long written, long read)
    {
        var usage = One<ResponseEvent>(Event("token_usage", data));
        Assert.Equal((CallKind.Usage, true, new TokenUsage(input, output, 0, 0, read), written, 0UL),
            (usage.Kind, usage.IsAuxiliary, usage.Usage, usage.CacheWriteField, usage.Request));
    }

    [Fact]
    public void A_request_names_its_usage()
    {
        var usage = One<ResponseEvent>(Event("token_usage", """{"inputTokens":1,"requestId":"req_1","model":"claude-opus-5-5"}"""));
        Assert.Equal((EventKey.Of(KeySpace.Request, "req_1"), EventKey.Fingerprint("req_1"u8), "claude-opus-5-5"), (usage.Key, usage.Request, usage.Model));
    }

    [Theory]
    [InlineData("""{"tool":"Bash","toolUseId":"t1","success":false,"durationMs":12.6}""", true, 13L)]
    [InlineData("""{"toolName":"Bash","toolUseId":"t1","isError":true}""", true, null)]
    [InlineData("""{"name":"Bash","toolUseId":"t1","success":true}""", false, null)]
    public void Tool_use_is_a_call_and_its_result(string data, bool failed, long? duration)
    {
        var batch = Read(Event("tool_use", data));
        var (call, result) = (Assert.IsType<ToolCallEvent>(batch.Events[0]), Assert.IsType<ToolResultEvent>(batch.Events[1]));
        Assert.Equal((EventKey.Of(KeySpace.ToolUse, "t1"), "Bash", call.Key, failed, duration),
            (call.Key, call.Tool, result.Key, result.IsError, result.DurationMs));
    }

    [Fact]
    public void A_failed_call_has_a_status_and_a_message()
    {
        var error = One<ApiErrorEvent>(Event("api_error", """{"statusCode":529,"message":"overloaded"}"""));
        Assert.Equal((529, "overloaded", true), (error.Status, error.Message, error.IsFinal));
    }

    [Fact]
    public void Content_becomes_features_and_a_text()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 400)) + "\n```\ncode\n```";
        var data = JsonDocument.Parse(One<OtherEvent>(Event("conversation_message", $$"""{"messageId":"m1","content":{{JsonSerializer.Serialize(text)}}}"""))
            .Data!).RootElement;
        Assert.Equal((text.Length, true, 121, text, "m1"),
            (data.GetProperty("length").GetInt32(), data.GetProperty("hasCodeBlocks").GetBoolean(), data.GetProperty("readingSeconds").GetInt32(),
            data.GetProperty("text").GetString(), data.GetProperty("messageId").GetString()));
    }

    [Fact]
    public void Unknown_types_keep_their_data_in_one_form()
    {
        var other = One<OtherEvent>(Event("deploy.finished", """{"z":[1,{"b":"x\u0041","a":null}],"a":1.50,"a":2}"""));
        Assert.Equal(("deploy.finished", """{"a":2,"z":[1,{"a":null,"b":"xA"}]}"""), (other.Type, other.Data));
    }

    [Fact]
    public void Long_data_is_cut_and_stays_JSON()
    {
        var longText = One<OtherEvent>(Event("x", $$"""{"short":"kept","long":"{{new string('y', 100_000)}}"}""")).Data!;
        Assert.InRange(longText.Length, 4_000, CanonicalJson.LongestData);
        Assert.Equal("kept", JsonDocument.Parse(longText).RootElement.GetProperty("short").GetString());
        var many = One<OtherEvent>(Event("x", "{" + string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"f{i}\":{i}")) + "}")).Data!;
        Assert.InRange(many.Length, 4_000, CanonicalJson.LongestData);
        Assert.True(JsonDocument.Parse(many).RootElement.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public void Data_of_many_names_costs_no_more_than_what_is_kept_of_it()
    {
        foreach (var form in (string[])["\"f{0}\":{0}", "\"f{0}\":[{{\"g\":\"\\u00e9\"}}]", "\"f{0}\":\"{0}\\n\\n\\n\\n\\n\\n\\n\\n\""])
        {
            var json = Event("x", "{" + string.Join(',', Enumerable.Range(0, 200_000)
                .Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, i))) + "}");
            _ = One<OtherEvent>(json);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var data = One<OtherEvent>(json).Data!;
            // The body and its copies; a list of all names, made anew for each cut, would be gigabytes.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400_000_000);
            Assert.InRange(data.Length, 4_000, CanonicalJson.LongestData);
            Assert.True(JsonDocument.Parse(data).RootElement.GetProperty("truncated").GetBoolean());
        }
    }

    [Fact]
    public void Of_large_data_all_fields_are_kept_and_its_longest_texts_cut()
    {
        var texts = Enumerable.Range(0, 40).ToDictionary(i => $"f{i:00}", i => string.Concat(Enumerable.Repeat(i % 2 == 0 ? "é\"\\" : "😀", 5_000)));
        var data = JsonDocument.Parse(One<OtherEvent>(Event("x", JsonSerializer.Serialize(texts))).Data!).RootElement;
        Assert.Equal(texts.Keys, data.EnumerateObject().Select(p => p.Name));
        foreach (var (name, text) in texts) Assert.StartsWith(data.GetProperty(name).GetString()![..^1], text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type":"x"}""", "timestamp")]
    [InlineData("""{"timestamp":"2026-11-12T09:05:28Z"}""", "type")]
    [InlineData("""{"type":"","timestamp":"2026-11-12T09:05:28Z"}""", "type")]
    [InlineData("""{"type":7,"timestamp":"2026-11-12T09:05:28Z"}""", "type")]
    [InlineData("""{"id":7,"type":"x","timestamp":"2026-11-12T09:05:28Z"}""", "id")]
    [InlineData("""{"type":"x","timestamp":1793523600}""", "timestamp")]
    [InlineData("""{"type":"x","timestamp":"2026-11-12T09:05:28"}""", "timestamp")]
    [InlineData("""{"type":"x","timestamp":"2026-02-30T09:05:28Z"}""", "timestamp")]
    [InlineData("""{"type":"x","timestamp":"2026-06-30T23:59:60Z"}""", "timestamp")]
    [InlineData("""{"type":"x","timestamp":"1970-01-01T00:00:00Z"}""", "2020")]
    [InlineData("""{"type":"x","timestamp":"2026-11-12T09:12:00Z"}""", "ahead")]
    [InlineData("""{"type":"x","timestamp":"2026-11-12T09:05:28Z","data":[]}""", "data")]
    [InlineData("""{"type":"x","timestamp":"2026-11-12T09:05:28Z","data":{"n":1e400}}""", "finite")]
    [InlineData("""{"type":"x","timestamp":"2026-11-12T09:05:28Z","other":[[-1e999]]}""", "finite")]
    [InlineData("""{"type":"message_sent","timestamp":"2026-11-12T09:05:28Z","data":{}}""", "role")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{}}""", "tokens")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{"tokens":5}}""", "type")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{"inputTokens":-1}}""", "inputTokens")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{"inputTokens":1.5}}""", "inputTokens")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{"inputTokens":"5"}}""", "inputTokens")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{"inputTokens":1000000000001}}""", "inputTokens")]
    [InlineData("""{"type":"token_usage","timestamp":"2026-11-12T09:05:28Z","data":{"inputTokens":99999999999999999999999}}""", "inputTokens")]
    [InlineData("""{"type":"tool_use","timestamp":"2026-11-12T09:05:28Z","data":{}}""", "tool")]
    [InlineData("""{"type":"tool_use","timestamp":"2026-11-12T09:05:28Z","data":{"tool":"Bash","success":"yes"}}""", "success")]
    [InlineData("""{"type":"api_error","timestamp":"2026-11-12T09:05:28Z","data":{"status":4000}}""", "status")]
    [InlineData("""{"type":"conversation_message","timestamp":"2026-11-12T09:05:28Z","data":{}}""", "content")]
    [InlineData("[]", "object")]
    [InlineData("17", "object")]
    [InlineData("null", "object")]
    public void A_bad_event_is_refused_and_its_neighbours_are_not(string bad, string reason)
    {
        string[] events = [Event("a", "{}", "e1"), bad, Event("b", "{}", "e2")];
        foreach (var lines in new[] { false, true })
        {
            var batch = New();
            var reading = _reader.Read(Bytes(lines ? string.Join('\n', events) : $"[{string.Join(',', events)}]"), lines, batch, s_now);
            var rejected = Assert.Single(reading.Rejected);
            Assert.Equal((2, 1), (reading.Taken, rejected.Index));
            Assert.Contains(reason, rejected.Reason, StringComparison.OrdinalIgnoreCase);
            Assert.Equal(["a", "b"], batch.Events.Cast<OtherEvent>().Select(e => e.Type));
            Assert.Equal(rejected.Reason, Assert.Single(batch.DeadLetters).Reason);
            Assert.NotNull(batch.DeadLetters[0].Text);
        }
    }

    [Theory]
    [InlineData("id")]
    [InlineData("type")]
    [InlineData("conversationId")]
    [InlineData("userId")]
    public void Names_have_256_characters_at_most(string field)
    {
        foreach (var letter in new[] { "a", "ä", "\\u00e4", "😀" })
        {
            var most = letter == "😀" ? 128 : 256;
            string With(int count) =>
                $$"""{"{{field}}":"{{string.Concat(Enumerable.Repeat(letter, count))}}","timestamp":"{{At}}"{{(field == "type" ? "" : ",\"type\":\"x\"")}}}""";
            Assert.Single(Read(With(most)).Events);
            Assert.Contains("longer than 256", Rejection(With(most + 1)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_bad_event_at_each_place_is_the_only_one_refused()
    {
        for (var place = 0; place < 40; place++)
        {
            var events = Enumerable.Range(0, 40).Select(i => i == place ? Event("token_usage", """{"inputTokens":1e400}""", $"e{i}")
                : Event("token_usage", $$"""{"inputTokens":{{i}}}""", $"e{i}"));
            var batch = New();
            var reading = _reader.Read(Bytes($"[{string.Join(',', events)}]"), false, batch, s_now);
            Assert.Equal((39, place, $"e{place}"), (reading.Taken, Assert.Single(reading.Rejected).Index, reading.Rejected[0].Id));
            Assert.Equal(780 - place, batch.Events.Cast<ResponseEvent>().Sum(e => e.Usage.Input));
        }
    }

    [Fact]
    public void Depth_has_a_limit_that_neighbours_do_not_feel()
    {
        string Deep(int levels) =>
            $$"""{"id":"deep","type":"x","timestamp":"{{At}}","data":{"v":{{new string('[', levels - 2)}}{{new string(']', levels - 2)}} } }""";
        Assert.Single(Read(Deep(64)).Events);
        Assert.Contains("64 levels", Rejection(Deep(65)), StringComparison.Ordinal);
        var batch = New();
        var reading = _reader.Read(Bytes($"[{Event("a", "{}")},{Deep(100_000)},{Event("b", "{}", "e2")}]"), false, batch, s_now);
        Assert.Equal((2, 1), (reading.Taken, Assert.Single(reading.Rejected).Index));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n ")]
    [InlineData("7")]
    [InlineData("\"x\"")]
    [InlineData("nonsense")]
    [InlineData("[")]
    [InlineData("[{}")]
    [InlineData("[{},]")]
    [InlineData("[{}{}]")]
    [InlineData("[{}] x")]
    [InlineData("{} {}")]
    [InlineData("{\"type\":\"x\"")]
    [InlineData("{\"type\":\"x}")]
    [InlineData("{\"type\":\"x\\q\"}")]
    [InlineData("{\"type\":\"x\",}")]
    [InlineData("{\"type\":01}")]
    [InlineData("{\"type\":1.}")]
    [InlineData("{\"type\":tru}")]
    [InlineData("{type:1}")]
    [InlineData("// c\n{}")]
    [InlineData("{\"a\":\"\t\"}")]
    [InlineData("{\"a\u0001\":1}")]
    public void What_is_no_JSON_is_refused_as_a_whole(string body) =>
        Assert.Throws<UnreadableBodyException>(() => _reader.Read(Bytes(body), false, New(), s_now));

    [Fact]
    public void A_broken_line_is_one_refused_event()
    {
        var body = $"{Event("a", "{}")}\n{{\"id\":\"x\",\n\n{Event("b", "{}", "e2")} {{}}\r\n\r\n{Event("c", "{}", "e3")}\r\nnonsense";
        var batch = New();
        var reading = _reader.Read(Bytes(body), true, batch, s_now);
        Assert.Equal([1, 2, 4], reading.Rejected.Select(r => r.Index));
        Assert.Equal(["a", "c"], batch.Events.Cast<OtherEvent>().Select(e => e.Type));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_parts_or_at_once_a_body_says_the_same(bool lines)
    {
        string[] pieces = [Event("a", "{}"), Event("b", """{"text":"ä\\n"}"""), "17", "{}", """{"id":"x","type":""}""", " ", "[[]]", Event("c", "{}") + " "];
        string[] broken = ["{", "]", ",", "nul", "\"", Event("d", "{}") + "{}"];
        var (random, inParts, failed) = (new Random(17), 0, 0);
        for (var round = 0; round < 2_000; round++)
        {
            var items = Enumerable.Range(0, random.Next(0, 12))
                .Select(_ => random.Next(40) == 0 ? broken[random.Next(broken.Length)] : pieces[random.Next(pieces.Length)]).ToList();
            if (!lines) items.RemoveAll(i => i == " ");
            var body = Bytes((random.Next(8) == 0 ? "\uFEFF" : "")
                + (lines ? string.Join('\n', items)
                : $" [ {string.Join(" , ", items)}{(random.Next(30) == 0 ? "" : "]")} {(random.Next(30) == 0 ? "x" : "")}"));
            var whole = New();
            var (expected, fault) = Try(() => _reader.Read(body, lines, whole, s_now));
            var (parts, reader) = (new List<EventBatch>(), new EventReader());
            var (actual, partFault) = Try(() =>
            {
                reader.Begin(body, lines, part: random.Next(1, 400));
                do parts.Add(New());
                while (reader.ReadPart(body, parts[^1], s_now));
                return reader.End();
            });
            Assert.Equal(fault, partFault);
            failed += fault is null ? 0 : 1;
            inParts += parts.Count > 1 ? 1 : 0;
            // Of a body that cannot be read nothing may have been written.
            if (fault is not null) Assert.Single(parts);
            if (expected is null) continue;
            Assert.Equal((expected.Taken, expected.Rejected.Count), (actual!.Taken, actual.Rejected.Count));
            Assert.Equal(expected.Rejected, actual.Rejected);
            Assert.Equal(whole.Events.Cast<OtherEvent>().Select(e => e.Key), parts.SelectMany(p => p.Events).Cast<OtherEvent>().Select(e => e.Key));
            Assert.Equal(whole.DeadLetters, parts.SelectMany(p => p.DeadLetters));
        }
        Assert.InRange(inParts, 500, 1_999);
        if (!lines) Assert.InRange(failed, 50, 1_500);

        static (ItemsReading?, string?) Try(Func<ItemsReading> read)
        {
            try
            {
                return (read(), null);
            }
            catch (UnreadableBodyException e)
            {
                return (null, e.Message);
            }
        }
    }

    [Fact]
    public void Fifty_thousand_are_the_most()
    {
        var batch = New();
        Assert.Equal(ItemReader.MaximumItems, _reader.Read(Bytes($"[{string.Join(',', Enumerable.Repeat("{}", ItemReader.MaximumItems))}]"), false, batch,
            s_now).Rejected.Count);
        var error = Assert.Throws<UnreadableBodyException>(() =>
            _reader.Read(Bytes(string.Join('\n', Enumerable.Repeat("{}", ItemReader.MaximumItems + 1))), true, New(), s_now));
        Assert.True(error.IsTooMuch);
        foreach (var lines in new[] { false, true })
        {
            var many = Enumerable.Repeat("{}", ItemReader.MaximumItems + 1);
            var body = Bytes(lines ? string.Join('\n', many) : $"[{string.Join(',', many)}]");
            _reader.Begin(body, lines, part: 1_000);
            Assert.True(Assert.Throws<UnreadableBodyException>(() => _reader.ReadPart(body, New(), s_now)).IsTooMuch);
        }
        Assert.True(batch.DeadLetters.Sum(l => l.Text?.Length ?? 0) < 5_000_000);
    }

    [Fact]
    public void What_no_database_stores_is_put_right()
    {
        var other = One<OtherEvent>("{\"type\":\"a\\u0000\\ud800b\",\"timestamp\":\"" + At + "\",\"userId\":\"\\udc00x\",\"data\":{\"k\\u0000\":\"\\ud83d\"}}");
        Assert.Equal(("ab", "�x"), (other.Type.Replace("�", "", StringComparison.Ordinal), other.User));
        Assert.DoesNotContain('\0', other.Data!);
        var raw = Bytes(Event("x", """{"k":"Q"}"""));
        raw[Array.IndexOf(raw, (byte)'Q')] = 0xFF;
        Assert.Contains("�", Assert.IsType<OtherEvent>(Assert.Single(Read(raw).Events)).Data, StringComparison.Ordinal);
    }

    [Fact]
    public void Refused_events_are_kept_with_their_texts_decoded()
    {
        var batch = New();
        _reader.Read(Bytes("{\"id\":\"e\",\"type\":\"x\",\"data\":{\"key\":\"sk\\u002dant\"}}"), false, batch, s_now);
        Assert.Contains("sk-ant", batch.DeadLetters[0].Text, StringComparison.Ordinal);
        batch = New();
        _reader.Read(Bytes("{\"id\":\"e\",\"key\":\"sk\\u002dant\""), true, batch, s_now);
        Assert.Contains("sk-ant", batch.DeadLetters[0].Text, StringComparison.Ordinal);
        batch = New();
        _reader.Read(Bytes($$"""{"id":"e","key":"{{new string('x', 70_000)}}"}"""), false, batch, s_now);
        Assert.Null(batch.DeadLetters[0].Text);
    }

    [Fact]
    public void The_order_of_fields_does_not_change_an_events_own_name() =>
        Gen.Shuffle(new[] { "\"type\":\"x\"", $"\"timestamp\":\"{At}\"", "\"userId\":\"u\"" })
        .SelectMany(outer => Gen.Shuffle(new[] { "\"a\":1", "\"b\":\"\\u0041\"", "\"c\":[1,2]" }).Select(inner => (outer, inner)))
        .Sample(t => Name($$"""{ {{string.Join(',', t.outer)}},"data":{ {{string.Join(" , ", t.inner)}} } }""") == Name($$"""{"type":"x","timestamp":"{{At}}","userId":"u","data":{"a":1,"b":"A","c":[1,2]} }"""), threads: 1);

    [Fact]
    public void Other_content_has_another_name()
    {
        var names = new HashSet<EventKey>
        {
            Name($$"""{"type":"x","timestamp":"{{At}}"}"""), Name($$"""{"type":"y","timestamp":"{{At}}"}"""),
                Name($$"""{"type":"x","timestamp":"{{At}}","data":{"a":[1,2]} }"""),
            Name($$"""{"type":"x","timestamp":"{{At}}","data":{"a":[2,1]} }"""), Name($$"""{"type":"x","timestamp":"{{At}}","data":{"a":"[2,1]"} }"""),
        };
        Assert.Equal(5, names.Count);
    }

    /// <summary>An event with an empty array in it is left to the general scanner: both must say the same of everything else.</summary>
    [Fact]
    public void The_fast_scanner_says_what_the_general_one_says()
    {
        var scalar = Gen.OneOf(
            Pick.From("true", "false", "null", "0", "-1", "01", "1e3", "1.5", "999999999999999999", "9999999999999999999", "tru", "\"\"", "\"user\"",
                "\"assistant\"", "\"input\"", "\"a\\\"b\"", "\"ä\"", "\"unfinished"),
            Gen.Int[0, 2_000_000].Select(i => i.ToString(CultureInfo.InvariantCulture)));
        var name = Pick.From("role", "tokens", "type", "tool", "model", "inputTokens", "outputTokens", "messageId", "requestId", "success", "durationMs",
            "status", "content", "unknown", "un\\u0041", "");
        var data = Gen.Select(name, scalar).Array[0, 5].Select(fields => "{" + string.Join(",", fields.Select(f => $"\"{f.Item1}\" : {f.Item2}")) + "}");
        var type = Pick.From("message_sent", "token_usage", "tool_use", "api_error", "conversation_message", "other");
        Gen.Select(type, data).Sample((t, d) =>
        {
            var plain = $$"""{ "id":"e","type":"{{t}}","timestamp":"{{At}}","data":{{d}} }""";
            var general = $$"""{ "id":"e","type":"{{t}}","timestamp":"{{At}}","data":{{d}},"more":[] }""";
            return Outcome(plain) == Outcome(general);
        }, iter: 2_000, threads: 1);
    }

    private string Outcome(string json)
    {
        var batch = New();
        try
        {
            var reading = _reader.Read(Bytes(json), false, batch, s_now);
            return string.Join('|', reading.Rejected.Select(r => r.Reason)
                .Concat(batch.Events.Select(e => e.GetType().Name + JsonSerializer.Serialize<object>(e))));
        }
        catch (UnreadableBodyException)
        {
            return "unreadable";
        }
    }

    private EventKey Name(string json) => Assert.Single(Read(json).Events).EventId;

    private string Rejection(string json) => Assert.Single(_reader.Read(Bytes(json), false, New(), s_now).Rejected).Reason;

    private T One<T>(string json) where T : AnalyticsEvent => Assert.IsType<T>(Assert.Single(Read(json).Events));

    private EventBatch Read(string json) => Read(Bytes(json));

    private EventBatch Read(byte[] json)
    {
        var batch = New();
        var reading = _reader.Read(json, false, batch, s_now);
        Assert.True(reading.Rejected.Count == 0, reading.Rejected.Count > 0 ? reading.Rejected[0].Reason : null);
        return batch;
    }

    private static EventBatch New() => new() { Source = EventSource.Api };

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Event(string type, string data, string id = "e1") =>
        $$"""{"id":"{{id}}","type":"{{type}}","timestamp":"{{At}}","conversationId":"c1","userId":"ada","data":{{data}}}""";
}
