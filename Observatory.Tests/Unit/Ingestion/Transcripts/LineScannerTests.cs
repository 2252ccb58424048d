using System.Text;
using System.Text.Json;
using CsCheck;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Transcripts;

public sealed class LineScannerTests
{
    private static (LineFields Fields, byte[] Line) Scan(string json)
    {
        var fields = new LineFields();
        var line = Encoding.UTF8.GetBytes(json);
        LineScanner.Scan(line, fields);
        return (fields, line);
    }

    private static (LineFields Fields, byte[] Line) Usage(string usage) => Scan($$"""{"type":"assistant","message":{"id":"m","usage":{{usage}} } }""");

    [Fact]
    public void Fields_may_stand_in_any_order_and_strangers_are_skipped()
    {
        var (f, line) = Scan("""
            {"x":{"deep":[1,{"type":"user"}]},"message":{"content":[{"type":"tool_use","input":{"z":[1],"timeout":1,"file_path":"/a","command":"ls"},"name":"Bash","id":"t1"},
            {"text":"hi","type":"text"},7,null],"usage":{"output_tokens":5,"input_tokens":3},"model":"m","id":"msg"},"isSidechain":true,"uuid":"u","type":"assistant"}
            """);
        Assert.Equal(("assistant", "u", "msg", "m", true),
            (f.Type.Decode(line), f.Uuid.Decode(line), f.MessageId.Decode(line), f.Model.Decode(line), f.IsSidechain));
        Assert.Equal((3, 5), (f.Usage.Input, f.Usage.Output));
        Assert.Equal([(BlockKind.ToolUse, "t1", "ls"), (BlockKind.Text, null, "hi")], f.Blocks.Select(b => (b.Kind, b.Id.Decode(line), b.Text.Decode(line))));
        Assert.Null(f.Fault);
    }

    [Fact]
    public void Nothing_of_one_line_is_left_for_the_next()
    {
        var fields = new LineFields();
        LineScanner.Scan("""{"type":"assistant","uuid":"u","isMeta":true,"message":{"id":"m","usage":{"input_tokens":-1,"iterations":[{"type":"advisor_message"}]},"content":[{"type":"text"}]},"toolUseResult":{"searchCount":3}}"""u8, fields);
        Assert.NotNull(fields.Fault);
        LineScanner.Scan("{}"u8, fields);
        Assert.Null(fields.Fault);
        Assert.False(fields.Type.Exists || fields.Uuid.Exists || fields.MessageId.Exists || fields.IsMeta || fields.HasMessage);
        Assert.Equal((0L, 0, 0, null), (fields.Usage.Input, fields.Blocks.Count, fields.Iterations.Count, fields.SearchCount));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("12", 12)]
    [InlineData("12.0", 12)]
    [InlineData("1.2e1", 12)]
    [InlineData("1000000000000", 1_000_000_000_000)]
    [InlineData("1e12", 1_000_000_000_000)]
    [InlineData("null", 0)]
    public void Counts_that_are_whole_are_read(string text, long expected)
    {
        var (f, _) = Usage($$"""{"input_tokens":{{text}} }""");
        Assert.Null(f.Fault);
        Assert.Equal(expected, f.Usage.Input);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e400")]
    [InlineData("-1e400")]
    [InlineData("1000000000001")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999999999999999999999999999999999999999")]
    [InlineData("\"12\"")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public void Counts_that_cannot_be_right_set_the_line_aside(string text)
    {
        foreach (var field in new[] { "input_tokens", "output_tokens", "cache_creation_input_tokens",
            "cache_read_input_tokens" }) Assert.NotNull(Usage($$"""{"{{field}}":{{text}} }""").Fields.Fault);
        Assert.NotNull(Usage($$$"""{"cache_creation":{"ephemeral_1h_input_tokens":{{{text}}} }}""").Fields.Fault);
        Assert.NotNull(Usage($$"""{"iterations":[{"type":"advisor_message","input_tokens":{{text}} }]}""").Fields.Fault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("\"x\"")]
    [InlineData("{\"type\":\"user\"")]
    [InlineData("{\"type\":\"user\"} x")]
    [InlineData("{\"type\":\"user\"}{\"type\":\"user\"}")]
    [InlineData("{'type':1}")]
    [InlineData("{\"a\":\"\u0001\"}")]
    [InlineData("{\"a\":NaN}")]
    public void What_is_no_object_throws_and_only_that(string json) => Assert.ThrowsAny<JsonException>(() => Scan(json));

    [Fact]
    public void Nesting_has_a_bound_that_does_not_kill()
    {
        Assert.Equal("user", Scan("{\"x\":" + new string('[', 200) + new string(']', 200) + ",\"type\":\"user\"}") is var (f, line) ? f.Type.Decode(line)
            : null);
        Assert.ThrowsAny<JsonException>(() => Scan("{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));
    }

    [Fact]
    public void Half_a_surrogate_pair_where_a_name_is_looked_for_is_a_stranger()
    {
        var half = "\"" + string.Concat(Enumerable.Repeat("\\ud800", 6)) + "\"";
        var (f, line) = Scan("""
            {"type":"assistant","message":{ HALF:1,"usage":{ HALF:1,"input_tokens":3,"iterations":[{ HALF:1,"type":HALF }]},"content":[{ HALF:1,"type":HALF },
            {"type":"tool_use","id":"t","name":"Bash","input":{ HALF:1,"command":"ls"}}]},"toolUseResult":{ HALF:1},"uuid":"u"}
            """.Replace("HALF", half, StringComparison.Ordinal));
        Assert.Equal((3L, "u", null), (f.Usage.Input, f.Uuid.Decode(line), f.Fault));
        Assert.Contains(f.Blocks, b => b.Kind == BlockKind.ToolUse && b.Text.Decode(line) == "ls");
        // Escaped and whole, a name is itself.
        Assert.Equal(4, Usage("""{"\u0069nput_tokens":4}""").Fields.Usage.Input);
    }

    [Fact]
    public void Values_of_the_wrong_kind_are_as_if_they_were_not_there()
    {
        var (f, _) = Scan("""{"type":"user","uuid":5,"cwd":{"a":1},"isMeta":"true","message":"text","error":[1],"compactMetadata":3,"toolUseResult":"Error: x","timestamp":null}""");
        Assert.False(f.Uuid.Exists || f.Cwd.Exists || f.IsMeta || f.HasMessage || f.Timestamp.Exists);
        Assert.Null(f.Fault);
        var (g, _) = Scan("""{"type":"assistant","message":{"usage":[1],"content":{"a":[1]},"id":{"x":1},"model":7}}""");
        Assert.False(g.MessageId.Exists || g.Model.Exists);
    }

    [Fact]
    public void Strings_decode_as_json_does_with_halves_of_pairs_replaced() =>
        Gen.OneOf(Gen.String, Pick.From("a\"b\\c/\b\f\n\r\t", "\u0000", "\uD83D\uDE00", "\uD800", "\uDC00x", "\\u0041", "é日本")).Sample(text =>
        {
            // Both ways to write it: everything escaped, and only what must be.
            var escaped = "\"" + string.Concat(text.Select(c => $"\\u{(int)c:x4}")) + "\"";
            var plain = JsonSerializer.Serialize(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            foreach (var json in new[] { escaped, plain })
            {
                var (f, line) = Scan($$"""{"cwd":{{json}} }""");
                Assert.Equal(expected, f.Cwd.Decode(line));
            }
        });

    [Fact]
    public void Cuts_never_part_a_pair_and_keep_the_end_asked_for() =>
        Gen.Select(Pick.From("a", "é", "日", "\uD83D\uDE00", "\n", "\"").Array[0, 60], Gen.Int[1, 20], Gen.Bool).Sample((parts, longest, fromEnd) =>
        {
            var text = string.Concat(parts);
            var (f, line) = Scan(JsonSerializer.Serialize(new { cwd = text }));
            var cut = f.Cwd.Decode(line, longest, fromEnd)!;
            Assert.InRange(cut.Length, Math.Min(text.Length, longest) - 1, longest);
            Assert.True(fromEnd ? text.EndsWith(cut, StringComparison.Ordinal) : text.StartsWith(cut, StringComparison.Ordinal));
            Assert.DoesNotContain('\uFFFD', cut);
        });

    [Fact]
    public void Random_bytes_are_read_or_refused_but_never_anything_else() =>
        Gen.Select(Pick.From("{\"type\":\"assistant\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":1},"
            + "\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"input\":{\"command\":\"x\"}}]}}",
            "{\"type\":\"user\",\"message\":{\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":[{\"text\":\"\\u00e9\"}]}]}}"),
                Gen.Int[0, 200].Array[0, 4], Gen.Byte.Array[4]).Sample((json, places, values) =>
        {
            var line = Encoding.UTF8.GetBytes(json);
            for (var i = 0; i < places.Length; i++) line[places[i] % line.Length] = values[i];
            try
            {
                var fields = new LineFields();
                LineScanner.Scan(line, fields);
                foreach (var block in fields.Blocks) block.Text.Decode(line, 10);
            }
            catch (JsonException)
            {
                // Refused.
            }
        }, iter: 20_000);
}
