using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Otlp;

public sealed class OtlpInterpreterTests
{
    private const string Client = "com.anthropic.claude_code.events";
    private const long At = 1_794_474_328_987;

    private static OtlpRequest Log(string attributes, string scope = Client, string more = "", string resource = "") =>
        OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, Encoding.UTF8.GetBytes(
        $$"""{"resourceLogs":[{"resource":{"attributes":[{{Attributes(resource)}}]},"scopeLogs":[{"scope":{"name":"{{scope}}"},"logRecords":[{{{more}}"timeUnixNano":"{{At}}000000","attributes":[{{Attributes(attributes)}}]}]}]}]}"""));

    private static OtlpRequest Metric(string attributes, string value = "\"asDouble\":5", string kind = "sum", string name = "claude_code.token.usage",
        int temporality = 1, string resource = "", long start = At - 60_000) =>
        OtlpRequest.Read(OtlpSignal.Metrics, OtlpEncoding.Json, Encoding.UTF8.GetBytes(
            $$"""
            {"resourceMetrics":[{"resource":{"attributes":[{{Attributes(resource)}}]},"scopeMetrics":[{"scope":{"name":"com.anthropic.claude_code"},"metrics":[{"name":"{{name}}","{{kind}}":{"isMonotonic":true,
            "aggregationTemporality":{{temporality}},"dataPoints":[{"startTimeUnixNano":"{{start}}000000","timeUnixNano":"{{At}}000000",{{value}},"attributes":[{{Attributes(attributes)}}]}]} }]}]}]}
            """));

    /// <summary><c>a=text b:7</c>: text after <c>=</c>, JSON number or truth after <c>:</c>.</summary>
    private static string Attributes(string list) => string.Join(',', list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
    {
        var at = pair.IndexOfAny(['=', ':']);
        var (name, value) = (pair[..at], pair[(at + 1)..]);
        var typed = pair[at] == '=' ? $$"""{"stringValue":{{JsonSerializer.Serialize(value.Replace('+', ' '))}}}"""
            : value is "true" or "false" ? $$"""{"boolValue":{{value}}}""" : value.Contains('.', StringComparison.Ordinal)
                ? $$"""{"doubleValue":{{value}}}""" : $$"""{"intValue":{{value}}}""";
        return $$"""{"key":"{{name}}","value":{{typed}}}""";
    }));

    private static T Only<T>(OtlpRequest request) where T : AnalyticsEvent
    {
        Assert.Equal((1, 0, null), (request.Taken, request.Rejected, request.Message));
        return Assert.IsType<T>(Assert.Single(Assert.Single(request.Batches).Events));
    }

    private static string Refused(OtlpRequest request)
    {
        Assert.Equal((0, 1), (request.Taken, request.Rejected));
        var batch = Assert.Single(request.Batches);
        Assert.Empty(batch.Events);
        Assert.Empty(batch.Points);
        var letter = Assert.Single(batch.DeadLetters);
        Assert.Equal(EventSource.Otlp, letter.Source);
        using var text = JsonDocument.Parse(letter.Text!);
        Assert.Equal($"1 of 1 were refused: {letter.Reason}", request.Message);
        return letter.Reason;
    }

    [Fact]
    public void Calls_of_every_run_add_up_to_what_the_api_answered()
    {
        using var truth = Fixture.Truth();
        var calls = OtlpFixture.All.Where(f => f.Signal == OtlpSignal.Logs).SelectMany(f => f.Read().Select(r => (f.Run, Request: r)))
            .SelectMany(r => r.Request.Batches.SelectMany(b => b.Events).OfType<ResponseEvent>().Select(e => (r.Run, Event: e)))
                .ToLookup(e => e.Run, e => e.Event);
        var runs = 0;
        foreach (var run in truth.RootElement.GetProperty("otel_by_run").EnumerateObject())
        {
            var answered = run.Value.GetProperty("truth_api");
            var distinct = calls[run.Name].DistinctBy(c => c.Key).ToList();
            Assert.Equal(
                (run.Name, Number("n"), Number("input"), Number("output"), Number("cache_read"), Number("cache_creation")),
                (run.Name, distinct.Count, distinct.Sum(c => c.Usage.Input), distinct.Sum(c => c.Usage.Output), distinct.Sum(c => c.Usage.CacheRead),
                    distinct.Sum(c => c.CacheWriteField)));
            runs++;

            long Number(string name) => answered.GetProperty(name).GetInt64();
        }
        Assert.Equal(66, runs);
        var all = calls.SelectMany(c => c).ToList();
        Assert.All(all, c => Assert.True(c is { Kind: CallKind.Call, Model.Length: > 0, ClientCost: > 0, DurationMs: > 0 }));
        Assert.Equal(all.Count, all.DistinctBy(c => c.Key).Count());
        // Helpers of the clients that name their calls: compactions, titles, a web search.
        Assert.Equal(7, all.Count(c => c.IsAuxiliary));
        Assert.Equal(11, all.Count(c => c.IsSidechain));
    }

    [Fact]
    public void The_same_bodies_again_have_the_same_keys_and_no_two_records_share_one()
    {
        var keys = new Dictionary<EventKey, string>();
        foreach (var fixture in OtlpFixture.All)
        {
            var first = fixture.Read().SelectMany(Keys).ToList();
            Assert.Equal(first, fixture.Read().SelectMany(Keys));
            foreach (var (key, what) in first)
            {
                Assert.False(keys.TryGetValue(key, out var other), $"{fixture.File}: {what} has the key of {other}");
                keys[key] = $"{fixture.File}: {what}";
            }
        }
        Assert.True(keys.Count > 2_000);
    }

    private static IEnumerable<(EventKey Key, string What)> Keys(OtlpRequest request) => request.Batches.SelectMany(b =>
        b.Events.Where(e => e is not (ToolResultEvent or ResponseEvent { Kind: CallKind.Metric or CallKind.Total }))
            .Select(e => (e.Key, $"{e.GetType().Name} {e.At} {(e as OtherEvent)?.Data}"))
            .Concat(b.Points.Select(p => (p.Key, $"{p.Metric} {p.At} {p.Tags}"))));

    [Fact]
    public void Every_record_of_the_client_is_taken_and_every_name_is_known_to_somebody()
    {
        foreach (var fixture in OtlpFixture.All)
        {
            foreach (var request in fixture.Read())
            {
                Assert.Equal((fixture.File, 0, null), (fixture.File, request.Rejected, request.Message));
                Assert.All(request.Batches, b => Assert.Equal((EventSource.Otlp, UserRank.Installation), (b.Source, b.UserRank)));
                Assert.All(request.Batches.SelectMany(b => b.Events), e => Assert.Equal(fixture.Version, e.Version));
                Assert.All(request.Batches.SelectMany(b => b.Events).OfType<OtherEvent>(), e =>
                {
                    using var data = JsonDocument.Parse(e.Data!);
                    Assert.Equal(JsonValueKind.Object, data.RootElement.ValueKind);
                });
            }
        }
    }

    [Fact]
    public async Task Prompts_tools_and_calls_meet_their_transcripts()
    {
        var sink = new Gathering();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Fixture.Root, "projects"), "*.jsonl", SearchOption.AllDirectories))
            await new TranscriptReader(sink, EventSource.Transcript)
                .ReadAsync(TranscriptFile.From(file, Fixture.Owner), null, TestContext.Current.CancellationToken);
        var lines = sink.Events;
        var events = OtlpFixture.All.SelectMany(f => f.Read()).SelectMany(r => r.Batches).SelectMany(b => b.Events).ToList();

        var requests = lines.OfType<ResponseEvent>().Where(r => r.Request != 0).ToLookup(r => r.Request);
        var calls = events.OfType<ResponseEvent>().Where(c => c.Kind == CallKind.Call && c.Request != 0 && requests.Contains(c.Request)).ToList();
        Assert.True(calls.Count > 100);
        // Forks repeat the line under their own session; one run told its events to leave the session out.
        Assert.All(calls, c => Assert.Contains(requests[c.Request], line => (line.Model, line.IsSidechain) == (c.Model, c.IsSidechain)
            && (line.Conversation == c.Conversation || c.Conversation.Length == 0)));
        Assert.All(calls.Where(c => c.Version == "2.1.330"), c =>
        {
            var line = requests[c.Request].Last();
            Assert.Equal((line.Speed, line.Agent, line.Usage.CacheWrite5m, line.Usage.CacheWrite1h),
                (c.Speed, c.Agent, c.Usage.CacheWrite5m, c.Usage.CacheWrite1h));
        });

        var prompts = lines.OfType<PromptEvent>().ToLookup(p => p.Key);
        var sent = events.OfType<PromptEvent>().Where(p => p.Version == "2.1.330").ToList();
        Assert.True(sent.Count(p => prompts.Contains(p.Key)) >= 50);
        Assert.All(sent.Where(p => prompts.Contains(p.Key) && p.Text is not null), p =>
            Assert.Contains(prompts[p.Key], line => line.Text == p.Text && line.Length == p.Length));

        var tools = lines.OfType<ToolCallEvent>().ToLookup(t => t.Key);
        var results = lines.OfType<ToolResultEvent>().ToLookup(t => t.Key);
        var used = events.OfType<ToolCallEvent>().Where(t => tools.Contains(t.Key)).ToList();
        // One of them was refused.
        Assert.Equal(73, used.Count);
        Assert.All(used, t => Assert.Equal(tools[t.Key].First().Tool, t.Tool));
        Assert.All(used.Where(t => t.Version == "2.1.330"), t => Assert.Equal(tools[t.Key].First().Agent, t.Agent));
        Assert.Contains(used, t => t.Tool == "mcp__rig__echo");
        Assert.All(events.OfType<ToolResultEvent>().Where(t => results.Contains(t.Key)), t => Assert.Equal(results[t.Key].First().IsError, t.IsError));
    }

    [Fact]
    public void A_call_is_read_whatever_its_numbers_are_written_as()
    {
        foreach (var attributes in new[]
        {
            "event.name=api_request session.id=s model=m input_tokens:1 output_tokens:2 cache_read_tokens:3 cache_creation_tokens:9 "
                + "cache_creation_5m_tokens:4 cache_creation_1h_tokens:5 cost_usd:0.5 cost_usd_micros:7 duration_ms:8 ttft_ms:6 request_id=r speed=normal "
                + "query_source=sdk",
            "event.name=api_request session.id=s model=m input_tokens=1 output_tokens=2.0 cache_read_tokens=3e0 cache_creation_tokens=9 "
                + "cache_creation_5m_tokens=4 cache_creation_1h_tokens=5 cost_usd=0.000007 duration_ms=8 ttft_ms=6 request_id=r speed=standard "
                + "query_source=repl_main_thread",
        })
        {
            var call = Only<ResponseEvent>(Log(attributes));
            Assert.Equal((new TokenUsage(1, 2, 4, 5, 3), 9, 7_000, 8, 6),
                (call.Usage, call.CacheWriteField, call.ClientCost, call.DurationMs, call.FirstTokenMs));
            Assert.Equal((CallKind.Call, At, "s", "m", "standard", false, false, EventKey.Fingerprint("r"u8)),
                (call.Kind, call.At, call.Conversation, call.Model, call.Speed, call.IsAuxiliary, call.IsSidechain, call.Request));
            Assert.Equal(EventKey.Of(KeySpace.Request, "r").With(EventKey.Fingerprint("api_request"u8)), call.Key);
        }
    }

    [Theory]
    [InlineData("query_source=compact", true, false)]
    [InlineData("query_source=generate_session_title", true, false)]
    [InlineData("query_source=web_search_tool", true, false)]
    [InlineData("query_source=rename_generate_name", true, false)]
    [InlineData("query_source=helper_of_a_client_to_come", true, false)]
    [InlineData("query_source=", false, false)]
    [InlineData("query_source=repl_main_thread:outputStyle:custom", false, false)]
    [InlineData("query_source=agent:builtin:Explore", false, true)]
    [InlineData("query_source=sdk agent_id=a1", false, true)]
    [InlineData("", false, false)]
    public void The_source_of_a_call_says_what_it_is(string attributes, bool isAuxiliary, bool isSidechain)
    {
        var call = Only<ResponseEvent>(Log("event.name=api_request model=m " + attributes));
        Assert.Equal((isAuxiliary, isSidechain, ""), (call.IsAuxiliary, call.IsSidechain, call.Conversation));
    }

    [Fact]
    public void Names_come_from_attribute_field_or_body_and_only_the_clients_scopes_count()
    {
        Assert.Equal("s", Only<ResponseEvent>(Log("model=m session.id=s", more: "\"body\":{\"stringValue\":\"claude_code.api_request\"},")).Conversation);
        Only<ResponseEvent>(Log("model=m", more: "\"eventName\":\"claude_code.api_request\","));
        var stranger = Only<OtherEvent>(Log("event.name=api_request model=m", scope: "com.example"));
        Assert.Equal(("api_request", null), (stranger.Type, stranger.Version));
        Assert.Equal("unknown", Only<OtherEvent>(Log("a=b", scope: "", more: "\"body\":{\"stringValue\":\"some text\"},")).Type);
        Assert.Equal("""{"a":"b","body":"some text"}""", Only<OtherEvent>(Log("a=b", more: "\"body\":{\"stringValue\":\"some text\"},")).Data);
        Assert.Equal("1.2", Only<OtherEvent>(Log("event.name=x", resource: "service.version=1.2 service.name=custom")).Version);
    }

    [Fact]
    public void Of_a_tool_result_come_the_call_and_its_end()
    {
        var request = Log("event.name=tool_result session.id=s tool_name=mcp_tool tool_use_id=t success=false duration_ms=250 error=no "
            + "tool_result_size_bytes=12 agent_id=a tool_parameters={\"mcp_server_name\":\"my.server\",\"mcp_tool_name\":\"echo\",\"full_command\":\"ls\"}");
        var events = Assert.Single(request.Batches).Events;
        var call = Assert.IsType<ToolCallEvent>(events[0]);
        var result = Assert.IsType<ToolResultEvent>(events[1]);
        Assert.Equal((EventKey.Of(KeySpace.ToolUse, "t"), At - 250, "mcp__my_server__echo", "ls", "a", true),
            (call.Key, call.At, call.Tool, call.Target, call.Agent, call.IsSidechain));
        Assert.Equal((call.Key, At, true, 12, "no", 250L), (result.Key, result.At, result.IsError, result.Size, result.Output, result.DurationMs));
        Assert.Equal(1, request.Taken);
        // Half a JSON, as the client cuts it: what can be read is taken.
        Assert.Equal("mcp_tool", Assert.IsType<ToolCallEvent>(Log("event.name=tool_result tool_name=mcp_tool tool_parameters={\"mcp_server_name\":\"x")
            .Batches[0].Events[0]).Tool);
        Assert.Equal("/a", Assert.IsType<ToolCallEvent>(Log("event.name=tool_result tool_name=Read tool_input={\"file_path\":\"/a\",\"b")
            .Batches[0].Events[0]).Target);
    }

    [Theory]
    [InlineData("prompt=hello prompt_length=5", "hello", 5)]
    [InlineData("prompt=<REDACTED> prompt_length=17", null, 17)]
    [InlineData("prompt=/review-it command_name=custom command_source=custom", "/review-it", 10)]
    public void A_prompt_is_what_a_person_sent(string attributes, string? text, int length)
    {
        var prompt = Only<PromptEvent>(Log("event.name=user_prompt message.uuid=u " + attributes));
        Assert.Equal((EventKey.Of(KeySpace.Line, "u"), text, length), (prompt.Key, prompt.Text, prompt.Length));
    }

    [Theory]
    [InlineData("prompt=/model command_name=model command_source=builtin")]
    [InlineData("prompt=/model command_name=model")]
    [InlineData("prompt=<task-notification>x")]
    public void What_asks_the_model_nothing_is_no_prompt(string attributes) =>
        Assert.Equal("user_prompt", Only<OtherEvent>(Log("event.name=user_prompt " + attributes)).Type);

    [Theory]
    [InlineData("request_id=r status_code:529 attempt:3 error=Overloaded", 529, 3)]
    [InlineData("client_request_id=r status_code=429 attempt=2", 429, 2)]
    [InlineData("status_code=undefined attempt=0", 0, 1)]
    [InlineData("", 0, 1)]
    public void A_failed_call_counts_its_attempts(string attributes, int status, int attempts)
    {
        var error = Only<ApiErrorEvent>(Log("event.name=api_error " + attributes));
        Assert.Equal((status, attempts, true), (error.Status, error.Attempts, error.IsFinal));
        if (attributes.Contains("=r", StringComparison.Ordinal)) Assert.Equal(EventKey.Of(KeySpace.Request, "r").With(EventKey.Fingerprint("api_error"u8)),
            error.Key);
    }

    [Theory]
    [InlineData("user.id=i user.account_uuid=a user.email=e enduser.id=r", "x=y", "e", UserRank.Email)]
    [InlineData("user.id=i", "user.account_uuid=a", "a", UserRank.Account)]
    [InlineData("user.id=i", "user.id=other enduser.id=r", "i", UserRank.Installation)]
    [InlineData("x=y", "user.full_name=Ada+L enduser.id=Çarol+Ünal", "Çarol Ünal", UserRank.Resource)]
    [InlineData("x=y user.email=", "x=y", null, UserRank.None)]
    public void The_surest_name_of_a_user_wins(string attributes, string resource, string? user, int rank)
    {
        var batch = Assert.Single(Log("event.name=x " + attributes, resource: resource).Batches);
        Assert.Equal((user, rank), (batch.User, batch.UserRank));
    }

    [Fact]
    public void Each_user_has_a_batch()
    {
        var request = OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, Encoding.UTF8.GetBytes(
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + string.Join(',', "abab".Select((user, i) =>
                $$"""{"timeUnixNano":"{{At + i}}000000","attributes":[{"key":"user.email","value":{"stringValue":"{{user}}"} }]}""")) + "]}]}]}"));
        Assert.Equal([("a", 2), ("b", 2)], request.Batches.Select(b => (b.User!, b.Events.Count)));
    }

    [Theory]
    [InlineData("event.name=api_request input_tokens:-1", "input_tokens is not a whole number from 0 to 10^12.")]
    [InlineData("event.name=api_request output_tokens:1000000000001", "output_tokens is not a whole number from 0 to 10^12.")]
    [InlineData("event.name=api_request input_tokens=many", "input_tokens is not a whole number from 0 to 10^12.")]
    [InlineData("event.name=api_request input_tokens=1e400", "input_tokens is not a whole number from 0 to 10^12.")]
    [InlineData("event.name=api_request input_tokens:0.5", "input_tokens is not a whole number from 0 to 10^12.")]
    [InlineData("event.name=x session.id=LONG", "session.id is longer than 256 characters.")]
    [InlineData("event.name=LONG", "The event's name is longer than 256 characters.")]
    [InlineData("event.name=api_request model=LONG", "model is longer than 256 characters.")]
    [InlineData("event.name=api_request request_id=LONG", "request_id is longer than 256 characters.")]
    [InlineData("event.name=tool_result tool_name=LONG", "The tool's name is longer than 256 characters.")]
    [InlineData("event.name=x user.email=LONG", "The user's name is longer than 256 characters.")]
    [InlineData("event.name=x LONG=x", "The name of an attribute is longer than 256 characters.")]
    public void What_cannot_be_right_is_set_aside_with_its_reason(string attributes, string reason) =>
        Assert.Equal(reason, Refused(Log(attributes.Replace("LONG", new string('x', 257), StringComparison.Ordinal))));

    [Theory]
    [InlineData("0", "0", "", "It has no time.")]
    [InlineData("0", "1794474328987000000", "", null)]
    [InlineData("0", "0", "event.timestamp=2026-11-12T09:05:28.987Z", null)]
    public void Times_are_those_of_the_record_the_collector_or_the_event(string time, string observed, string attributes, string? reason)
    {
        var request = OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, Encoding.UTF8.GetBytes(
            $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"{{time}}","observedTimeUnixNano":"{{observed}}","attributes":[{{Attributes(attributes)}}]}]}]}]}"""));
        if (reason is null) Assert.Equal(At, Only<OtherEvent>(request).At);
        else Assert.Equal(reason, Refused(request));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("86400000000000")]
    [InlineData("1500000000000000000")]
    [InlineData("4102444800000000000")]
    [InlineData("18446744073709551615")]
    public void A_record_counts_on_the_day_that_it_claims(string time)
    {
        var request = OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json,
            Encoding.UTF8.GetBytes("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"" + time + "\"}]}]}]}"));
        Assert.Equal((long)(ulong.Parse(time, CultureInfo.InvariantCulture) / 1_000_000), Only<OtherEvent>(request).At);
    }

    [Theory]
    [InlineData(OtlpSignal.Logs, "resourceSpans")]
    [InlineData(OtlpSignal.Metrics, "resource_logs")]
    [InlineData(OtlpSignal.Traces, "resourceLogs")]
    public void A_body_of_another_signal_is_refused_and_says_so(OtlpSignal signal, string list)
    {
        var fault = Assert.Throws<OtlpFormatException>(() => OtlpRequest.Read(signal, OtlpEncoding.Json, Encoding.UTF8.GetBytes($$"""{"{{list}}":[{}]}""")));
        Assert.Matches("^The body holds (logs|traces), and was sent to the address of (logs|metrics|traces).$", fault.Message);
        Assert.Equal(0, OtlpRequest.Read(signal, OtlpEncoding.Json, Encoding.UTF8.GetBytes($$"""{"{{list}}":[]}""")).Taken);
    }

    [Fact]
    public void One_bad_record_leaves_its_neighbours_alone()
    {
        var records = Enumerable.Range(0, 1_000).Select(i => i == 417
            ? """{"timeUnixNano":"0"}"""
            : $$"""{"timeUnixNano":"{{At + i}}000000","attributes":[{"key":"event.name","value":{"stringValue":"n"} }]}""");
        var request = OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json,
            Encoding.UTF8.GetBytes("{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + string.Join(',', records) + "]}]}]}"));
        Assert.Equal((999, 1, "1 of 1000 were refused: It has no time."), (request.Taken, request.Rejected, request.Message));
        Assert.Equal(999, request.Batches.Sum(b => b.Events.Count));
    }

    [Fact]
    public void Long_fields_are_cut_longest_first_and_stay_json()
    {
        var (long1, long2) = (new string('a', 30_000), string.Concat(Enumerable.Repeat("\U0001F600\"\u0001", 9_000)));
        var request = OtlpRequest.Read(OtlpSignal.Logs, OtlpEncoding.Json, Encoding.UTF8.GetBytes(
            $$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"{{At}}000000","attributes":[{"key":"l","value":{"stringValue":"{{long1}}"} },{"key":"m","value":{"stringValue":{{JsonSerializer.Serialize(long2)}} } },{"key":"short","value":{"stringValue":"kept whole"} },{"key":"n","value":{"intValue":5} }]}]}]}]}"""));
        var data = Only<OtherEvent>(request).Data!;
        Assert.InRange(data.Length, 15_000, AttributeJson.Limit);
        using var json = JsonDocument.Parse(data);
        Assert.Equal(("kept whole", 5), (json.RootElement.GetProperty("short").GetString(), json.RootElement.GetProperty("n").GetInt32()));
        Assert.EndsWith("…", json.RootElement.GetProperty("l").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', json.RootElement.GetProperty("m").GetString()!);

        var many = string.Join(' ', Enumerable.Range(0, 128).Select(i => $"{new string('k', 200)}{i}:1"));
        using var cut = JsonDocument.Parse(Only<OtherEvent>(Log(many)).Data!);
        Assert.InRange(cut.RootElement.EnumerateObject().Count(), 32, 127);
        Assert.Equal("It has more than 128 attributes.", Refused(Log(many + " one:1")));
    }

    [Fact]
    public void Records_without_an_id_are_told_apart_by_all_that_they_hold()
    {
        EventKey Key(string attributes, string resource = "") => Only<OtherEvent>(Log("event.name=x " + attributes, resource: resource)).Key;
        Assert.Equal(Key("a=1 b=2"), Key("b=2 a=1"));
        Assert.Equal(Key("a=1", "r=1 s=2"), Key("a=1", "s=2 r=1"));
        Assert.Equal(7, new[] { Key("a=1"), Key("a:1"), Key("a=2"), Key("b=1"), Key("a=1 b=1"), Key("a=1", "r=1"), Key("") }.Distinct().Count());
        // A session numbers its events; again from 0 in the next process, which has another time.
        Assert.Equal(Key("session.id=s event.sequence:4 a=1"), Key("session.id=s event.sequence:4 a=2"));
        Assert.NotEqual(Key("session.id=s event.sequence:4"), Key("session.id=s event.sequence:5"));
        Assert.NotEqual(Key("session.id=s event.sequence:4"), Key("session.id=t event.sequence:4"));
    }

    [Theory]
    [InlineData("input", 5, 0, 0, 0)]
    [InlineData("output", 0, 5, 0, 0)]
    [InlineData("cacheRead", 0, 0, 5, 0)]
    [InlineData("cacheCreation", 0, 0, 0, 5)]
    public void A_point_of_the_token_metric_is_a_value_and_tokens(string type, long input, long output, long cacheRead, long cacheWrite)
    {
        var batch = Assert.Single(Metric($"session.id=s model=m type={type} query_source=subagent", temporality: 2).Batches);
        var point = Assert.Single(batch.Points);
        Assert.Equal(("claude_code.token.usage", At, 5d, At - 60_000), (point.Metric, point.At, point.Value, point.StartAt));
        Assert.Equal($$"""{"model":"m","query_source":"subagent","session.id":"s","type":"{{type}}"}""", point.Tags);
        var tokens = Assert.IsType<ResponseEvent>(Assert.Single(batch.Events));
        Assert.Equal((CallKind.Total, point.Key, "s", "m", true, true),
            (tokens.Kind, tokens.Key, tokens.Conversation, tokens.Model, tokens.IsAuxiliary, tokens.IsSidechain));
        Assert.Equal((new TokenUsage(input, output, 0, 0, cacheRead), cacheWrite), (tokens.Usage, tokens.CacheWriteField));
    }

    [Fact]
    public void A_series_is_its_attributes_and_its_start()
    {
        ulong Series(string attributes, long start = At - 60_000, int temporality = 2) =>
            Assert.IsType<ResponseEvent>(Metric(attributes, start: start, temporality: temporality).Batches[0].Events[0]).Request;
        Assert.Equal(Series("type=input model=m"), Series("model=m type=input"));
        Assert.Equal(4, new[] { Series("type=input"), Series("type=output"), Series("type=input model=m"), Series("type=input", At - 50_000) }.Distinct()
            .Count());
        Assert.True(Assert.IsType<ResponseEvent>(Metric("type=input").Batches[0].Events[0]) is { Kind: CallKind.Metric });
        Assert.Equal(0, Metric("type=input").Batches[0].Points[0].StartAt);
        // A kind that is not known is a value of a metric and nothing more.
        Assert.Empty(Metric("type=thinking").Batches[0].Events);
        Assert.Empty(Metric("type=input", name: "claude_code.cost.usage").Batches[0].Events);
    }

    [Fact]
    public void Distributions_are_their_sum_and_count_and_samples_have_no_start()
    {
        var points = Metric("a=b", "\"count\":\"3\",\"sum\":4.5", "histogram", "lat", 2, "service.name=x os.type=linux team.id=core a=hidden")
            .Batches[0].Points;
        Assert.Equal([("lat.sum", 4.5, At - 60_000), ("lat.count", 3, At - 60_000)], points.Select(p => (p.Metric, p.Value, p.StartAt)));
        Assert.Equal("""{"a":"b","team.id":"core"}""", points[0].Tags);
        Assert.NotEqual(points[0].Key, points[1].Key);
        Assert.Equal(0, Metric("a=b", "\"asInt\":\"3\"", "gauge", "queue").Batches[0].Points[0].StartAt);
        Assert.Empty(Metric("a=b", "\"flags\":1", "gauge", "queue").Batches);
    }

    [Theory]
    [InlineData("type=input", "\"asDouble\":\"NaN\"", "Its value is not a finite number.")]
    [InlineData("type=input", "\"asDouble\":1e400", "Its value is not a finite number.")]
    [InlineData("type=input", "\"asDouble\":-1", "Its value is not a number of tokens from 0 to 10^12.")]
    [InlineData("type=input", "\"asDouble\":1e13", "Its value is not a number of tokens from 0 to 10^12.")]
    [InlineData("type=input", "\"x\":1", "It has no value.")]
    [InlineData("type=input", "\"asInt\":\"x\"", "A number cannot be read.")]
    public void Values_that_cannot_be_right_are_set_aside(string attributes, string value, string reason) =>
        Assert.Equal(reason, Refused(Metric(attributes, value)));

    [Fact]
    public void Tags_have_limits()
    {
        Assert.Equal("It has more than 64 attributes.", Refused(Metric(string.Join(' ', Enumerable.Range(0, 65).Select(i => $"a{i}=1")))));
        var long1 = Metric("t=" + new string('x', 300) + "1").Batches[0].Points[0];
        var long2 = Metric("t=" + new string('x', 300) + "2").Batches[0].Points[0];
        Assert.NotEqual(long1.Tags, long2.Tags);
        using var tags = JsonDocument.Parse(long1.Tags);
        Assert.Equal(256, tags.RootElement.GetProperty("t").GetString()!.Length);
    }

    [Fact]
    public void A_span_is_kept_and_counts_nothing()
    {
        var events = OtlpFixture.All.Where(f => f.Signal == OtlpSignal.Traces).SelectMany(f => f.Read()).SelectMany(r => r.Batches).SelectMany(b => b.Events)
            .ToList();
        Assert.All(events, e => Assert.IsType<OtherEvent>(e));
        Assert.Superset(new HashSet<string> { "claude_code.interaction", "claude_code.llm_request", "claude_code.tool", "claude_code.tool.execution" },
            events.Cast<OtherEvent>().Select(e => e.Type).ToHashSet());
        var request = events.Cast<OtherEvent>().First(e => e.Type == "claude_code.llm_request");
        using var data = JsonDocument.Parse(request.Data!);
        Assert.Equal(request.At, data.RootElement.GetProperty("startMs").GetInt64());
        Assert.True(data.RootElement.GetProperty("durationMs").GetDouble() > 0);
        Assert.Equal("llm_request", data.RootElement.GetProperty("attributes").GetProperty("span.type").GetString());
        Assert.Contains(events.Cast<OtherEvent>(), e => e.Data!.Contains("\"events\":{\"gen_ai.request.attempt\":", StringComparison.Ordinal));
        Assert.Equal("It has no trace id and span id.", Refused(OtlpRequest.Read(OtlpSignal.Traces, OtlpEncoding.Json, Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture,
                $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"n","startTimeUnixNano":"{{At}}000000"}]}]}]}""")))));
    }

    private sealed class Gathering : IEventSink
    {
        public List<AnalyticsEvent> Events { get; } = [];

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            Events.AddRange(batch.Events);
            batch.MarkCommitted();
            return ValueTask.CompletedTask;
        }

        public bool TryWrite(EventBatch batch) => throw new NotSupportedException();
    }

    [Fact]
    public void In_parts_or_at_once_a_body_says_the_same()
    {
        var cut = 0;
        foreach (var (fixture, body) in OtlpFixture.All.SelectMany(f => f.Requests.Select(r => (f, r))))
        {
            var whole = OtlpRequest.Read(fixture.Signal, fixture.Encoding, body);
            foreach (var part in new[] { 1, body.Length / 3 + 1, body.Length })
            {
                var (parts, requests) = (new OtlpParts(fixture.Signal, fixture.Encoding, part), new List<OtlpRequest>());
                do requests.Add(parts.Next(body));
                while (!parts.IsAtEnd);
                Assert.Equal((whole.Taken, whole.Rejected, whole.Message), (requests[^1].Taken, requests[^1].Rejected, requests[^1].Message));
                Assert.Equal(Keys(whole), requests.SelectMany(Keys));
                Assert.True(part < body.Length || requests.Count == 1);
                cut += requests.Count > 2 ? 1 : 0;
            }
            // Broken at its end: nothing comes of it.
            Assert.Throws<OtlpFormatException>(() => new OtlpParts(fixture.Signal, fixture.Encoding, part: 1).Next(body.AsSpan(0, body.Length - 1)));
        }
        Assert.InRange(cut, 20, int.MaxValue);
    }
}
