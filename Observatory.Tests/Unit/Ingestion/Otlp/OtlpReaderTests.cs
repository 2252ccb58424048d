using System.Globalization;
using System.Text;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Otlp;

public sealed class OtlpReaderTests
{
    private static List<string> Json(OtlpSignal signal, string json) => OtlpRecorder.Read(signal, OtlpEncoding.Json, Encoding.UTF8.GetBytes(json));

    private static List<string> Binary(OtlpSignal signal, string json, bool backwards = false) =>
        OtlpRecorder.Read(signal, OtlpEncoding.Protobuf, OtlpWire.Write(signal.ToString(), Encoding.UTF8.GetBytes(json), backwards));

    [Fact]
    public void What_the_client_sent_reads_the_same_in_both_encodings()
    {
        var items = 0;
        foreach (var fixture in OtlpFixture.All.Where(f => f.Protocol == "http/json"))
        {
            var json = OtlpRecorder.Read(fixture.Signal, OtlpEncoding.Json, fixture.Bytes);
            Assert.Equal(json, OtlpRecorder.Read(fixture.Signal, OtlpEncoding.Protobuf, OtlpWire.Write(fixture.Signal.ToString(), fixture.Bytes)));
            Assert.Equal(json.Count, OtlpRecorder.Read(fixture.Signal, OtlpEncoding.Protobuf,
                OtlpWire.Write(fixture.Signal.ToString(), fixture.Bytes, backwards: true)).Count);
            items += json.Count;
        }
        Assert.True(items > 700);
    }

    [Fact]
    public void Every_body_of_the_client_is_read_to_its_last_record()
    {
        var counts = OtlpFixture.All.GroupBy(f => (f.Protocol, f.Signal))
            .ToDictionary(g => g.Key, g => g.Sum(f => f.Requests.Sum(r => OtlpRecorder.Read(f.Signal, f.Encoding, r).Count)));
        Assert.Equal(9, counts.Count);
        Assert.All(counts.Values, count => Assert.True(count > 10));
        Assert.Equal(797, counts.Where(c => c.Key.Signal == OtlpSignal.Logs).Sum(c => c.Value));
    }

    private const string Everything = """
        {"resourceMetrics":[{"resource":{"attributes":[{"key":"r","value":{"stringValue":"é"}}]},"scopeMetrics":[{"scope":{"name":"s"},"metrics":[
          {"name":"g","gauge":{"dataPoints":[{"timeUnixNano":"1","asInt":"-5","attributes":[{"key":"b","value":{"boolValue":true}}]}]}},
          {"name":"s","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"startTimeUnixNano":"1","timeUnixNano":"18446744073709551615","asDouble":1.5,"flags":1}]}},
          {"name":"h","histogram":{"aggregationTemporality":1,"dataPoints":[{"timeUnixNano":"2","count":"3","sum":4.5,"attributes":[{"key":"d","value":{"doubleValue":0.1}}]}]}},
          {"name":"e","exponentialHistogram":{"aggregationTemporality":2,"dataPoints":[{"timeUnixNano":"2","count":"3","attributes":[{"key":"y","value":{"bytesValue":"AQID"}}]}]}},
          {"name":"q","summary":{"dataPoints":[{"timeUnixNano":"2","count":"3","sum":1,"attributes":[{"key":"l","value":{"arrayValue":{"values":[{"intValue":"9223372036854775807"},{},{"kvlistValue":{"values":[{"key":"k","value":{"stringValue":"v"}}]}}]}}}]}]}}
        ]}]}]}
        """;

    [Fact]
    public void Every_kind_of_point_and_value_is_read_in_both_encodings()
    {
        var lines = Json(OtlpSignal.Metrics, Everything);
        Assert.Equal(
        [
            "point s {r=Text:é} g Gauge False False 0 1 -5 0 False {b=Bool:true}",
            "point s {r=Text:é} s Sum True True 1 18446744073709551615 1.5 0 True ",
            "point s {r=Text:é} h Distribution False True 0 2 4.5 3 False {d=Double:0.1}",
            "point s {r=Text:é} e Distribution True True 0 2  3 False {y=Bytes:AQID}",
            """point s {r=Text:é} q Distribution True True 0 2 1 3 False {l=List:[9223372036854775807,null,{"k":"v"}]}""",
        ], lines);
        Assert.Equal(lines, Binary(OtlpSignal.Metrics, Everything));
        // What describes a list may stand behind it.
        Assert.Equal(lines.Order(), Binary(OtlpSignal.Metrics, Everything, backwards: true).Order());
    }

    [Fact]
    public void What_describes_a_list_may_stand_behind_it()
    {
        var line = Assert.Single(Json(OtlpSignal.Logs, """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1}],"scope":{"name":"s"}}],"resource":{"attributes":[{"value":{"stringValue":"v"},"key":"k"}]}}]}
            """));
        Assert.Equal("log s {k=Text:v} 1 0  None: ", line);
        Assert.Equal("point   n Sum True True 0 1 2 0 False ", Assert.Single(Json(OtlpSignal.Metrics, """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"sum":{"dataPoints":[{"asInt":2,"timeUnixNano":"1"}],"isMonotonic":true,"aggregationTemporality":"AGGREGATION_TEMPORALITY_CUMULATIVE"},"name":"n"}]}]}]}
            """)));
    }

    [Fact]
    public void Json_takes_original_names_numbers_as_strings_names_of_choices_nulls_and_strangers()
    {
        Assert.Equal("log n {a=Int:7}{b=Int:3}{c=Double:NaN}{d=Bool:true} 1500000000000000000 2 e Text:x ", Assert.Single(Json(OtlpSignal.Logs, """
            {"unknown":{"deep":[1,{}]},"resource_logs":[null,{"x":[],"resource":{"dropped":null,"attributes":[{"key":"a","value":{"int_value":"7"}},{"key":"b","value":{"intValue":3.0}},
            {"key":"c","value":{"double_value":"NaN"}},{"key":"d","value":{"boolValue":"true"}}]},"scope_logs":[{"scope":{"name":"n","version":null},"log_records":[
            {"time_unix_nano":1.5e18,"observed_time_unix_nano":"2","severityNumber":"SEVERITY_NUMBER_INFO","event_name":"e","body":{"string_value":"x"},"attributes":null}]}]}]}
            """)));
        Assert.Equal("span   ab cd  n 1 2 True m [e, 2] ", Assert.Single(Json(OtlpSignal.Traces, """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"AB","spanId":"cd","name":"n","startTimeUnixNano":"1","endTimeUnixNano":"2","events":[{"name":"e"},{"name":"e"}],"status":{"code":"STATUS_CODE_ERROR","message":"m"}}]}]}]}
            """)));
    }

    [Fact]
    public void Half_a_surrogate_pair_where_a_name_or_a_choice_is_looked_for_is_a_stranger()
    {
        var half = "\"" + string.Concat(Enumerable.Repeat("\\ud800", 6)) + "\"";
        Assert.Single(Json(OtlpSignal.Logs, """
            { HALF:1,"resourceLogs":[{ HALF:1,"resource":{ HALF:1,"attributes":[{ HALF:1,"key":"k","value":{ HALF:1,"boolValue":HALF }}]},
            "scopeLogs":[{ HALF:1,"scope":{ HALF:1},"logRecords":[{ HALF:1,"body":{"stringValue":"x"}}]}]}]}
            """.Replace("HALF", half, StringComparison.Ordinal)));
        Json(OtlpSignal.Metrics, """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{ HALF:1,"name":"n","sum":{ HALF:1,"aggregationTemporality":HALF,"dataPoints":[{ HALF:1,"asInt":"1"}]}}]}]}]}
            """.Replace("HALF", half, StringComparison.Ordinal));
    }

    [Fact]
    public void Hostile_strings_become_text_that_every_store_takes()
    {
        var line = Assert.Single(Json(OtlpSignal.Logs, """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"a\u0000b","value":{"stringValue":"x\u0000\ud800y\ud83d\ude00"}}]}]}]}]}
            """));
        Assert.EndsWith("{ab=Text:x\uFFFDy\U0001F600}", line, StringComparison.Ordinal);
        byte[] value = [0x0A, 4, (byte)'k', 0xFF, 0, (byte)'l', 0x12, 4, 0x0A, 2, 0xC3, 0];
        byte[] attribute = [0x32, (byte)value.Length, .. value];
        byte[] records = [0x12, (byte)attribute.Length, .. attribute];
        byte[] scopes = [0x12, (byte)records.Length, .. records];
        byte[] body = [0x0A, (byte)scopes.Length, .. scopes];
        Assert.EndsWith("{k\uFFFDl=Text:\uFFFD}", Assert.Single(OtlpRecorder.Read(OtlpSignal.Logs, OtlpEncoding.Protobuf, body)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("\uFEFF{\"resourceLogs\":[]}")]
    [InlineData("{\"resourceLogs\":null}")]
    [InlineData("  {\"resourceLogs\":[{}]}  ")]
    [InlineData("{\"\\ud800\":1}")]
    public void Nothing_is_a_request(string json) => Assert.Empty(Json(OtlpSignal.Logs, json));

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"resourceLogs\":{}}")]
    [InlineData("{\"resourceLogs\":[1]}")]
    [InlineData("{\"resourceLogs\":[]")]
    [InlineData("{\"resourceLogs\":[]} x")]
    public void What_is_no_request_is_refused(string json) => Assert.Throws<OtlpFormatException>(() => Json(OtlpSignal.Logs, json));

    [Fact]
    public void Depth_has_a_limit_in_both_encodings()
    {
        Assert.Throws<OtlpFormatException>(() => Json(OtlpSignal.Logs, string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65)));
        // A group in a group in a group, of unknown fields.
        Assert.Throws<OtlpFormatException>(() => OtlpRecorder.Read(OtlpSignal.Logs, OtlpEncoding.Protobuf, Enumerable.Repeat((byte)0x7B, 100_000).ToArray()));
        byte[] value = [0x0A, 1, (byte)'x'];
        for (var i = 0; i < 5_000; i++) value = Field(0x2A, Field(0x0A, value));
        var deep = Field(0x0A, Field(0x12, Field(0x12, Field(0x32, [0x0A, 1, (byte)'k', .. Field(0x12, value)]))));
        Assert.Contains("lists inside one another", Assert.Single(OtlpRecorder.Read(OtlpSignal.Logs, OtlpEncoding.Protobuf, deep)), StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_fits_one_request_is_said_so()
    {
        var json = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + string.Join(',', Enumerable.Repeat("{}", OtlpLimits.Items + 1)) + "]}]}]}";
        Assert.True(Assert.Throws<OtlpFormatException>(() => Json(OtlpSignal.Logs, json)).IsTooLarge);
        Assert.True(Assert.Throws<OtlpFormatException>(() => Binary(OtlpSignal.Logs, json)).IsTooLarge);
    }

    [Fact]
    public void Cut_at_any_byte_a_body_is_refused_or_shorter_and_nothing_worse()
    {
        var fixtures = OtlpFixture.All.Where(f => f.Requests.First().Length < 4_000).GroupBy(f => (f.Protocol, f.Signal)).Select(g => g.First()).ToList();
        Assert.NotEmpty(fixtures);
        foreach (var fixture in fixtures)
        {
            var body = fixture.Requests.First();
            var whole = OtlpRecorder.Read(fixture.Signal, fixture.Encoding, body);
            Assert.NotEmpty(whole);
            var refused = 0;
            for (var length = 0; length < body.Length; length++)
            {
                if (!Survives(fixture, body.AsSpan(0, length))) refused++;
                // A field of the whole message can end here: it is then the message of what came before.
                else Assert.InRange(OtlpRecorder.Read(fixture.Signal, fixture.Encoding, body.AsSpan(0, length)).Count, 0, whole.Count);
            }
            // Of JSON nothing but the whole is a text; of protobuf nearly every cut is within a field.
            if (fixture.Encoding == OtlpEncoding.Json) Assert.InRange(refused, body.Length - 1, body.Length);
            else Assert.InRange(refused, body.Length / 2, body.Length);
        }
    }

    [Fact]
    public void Ten_thousand_mutated_bodies_are_refused_or_read_and_nothing_worse()
    {
        const int Seed = 20_261_126;
        var random = new Random(Seed);
        var small = OtlpFixture.All.Where(f => f.Requests.First().Length < 16_000).ToList();
        var read = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var fixture = small[random.Next(small.Count)];
            var body = fixture.Requests.First().ToArray();
            for (var change = random.Next(1, 8); change > 0; change--)
            {
                var at = random.Next(body.Length);
                switch (random.Next(4))
                {
                    case 0: body[at] = (byte)random.Next(256); break;
                    case 1: body[at] ^= (byte)(1 << random.Next(8)); break;
                    case 2: body = [.. body[..at], .. body[Math.Min(body.Length, at + random.Next(1, 40))..], 0]; break;
                    default: body = [.. body[..at], .. body.AsSpan(at / 2, Math.Min(40, body.Length - at / 2)), .. body[at..]]; break;
                }
            }
            if (Survives(fixture, body)) read++;
        }
        Assert.True(read > 500, string.Create(CultureInfo.InvariantCulture, $"Only {read} were read with seed {Seed}."));
    }

    private static bool Survives(OtlpFixture fixture, ReadOnlySpan<byte> body)
    {
        try
        {
            OtlpRequest.Read(fixture.Signal, fixture.Encoding, body);
            return true;
        }
        catch (OtlpFormatException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            return false;
        }
    }

    private static byte[] Field(byte tag, byte[] content)
    {
        var length = new List<byte>();
        var rest = (uint)content.Length;
        for (; rest >= 0x80; rest >>= 7) length.Add((byte)(rest | 0x80));
        length.Add((byte)rest);
        return [tag, .. length, .. content];
    }
}
