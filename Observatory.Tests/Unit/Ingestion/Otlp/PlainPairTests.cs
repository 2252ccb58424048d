using System.Text;
using System.Text.Json.Nodes;
using Observatory.Core.Ingestion.Otlp;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Otlp;

/// <summary>Attributes as clients write them are read by code of their own: what comes out, and what is refused at which byte, is what the platform's reader
/// would have made of it.</summary>
public sealed class PlainPairTests
{
    [Theory]
    [InlineData("""{"key":"a","value":{"stringValue":"b"}}""", true)]
    [InlineData("""{"key":"","value":{"stringValue":""}}""", true)]
    [InlineData("""{"key":"a","value":{"stringValue":"say \"\u00e4\\\" \/\n"}}""", true)]
    [InlineData("""{"key":"a","value":{"intValue":"12"}}""", true)]
    [InlineData("""{"key":"a","value":{"intValue":0}}""", true)]
    [InlineData("""{"key":"a","value":{"doubleValue":0.0125}}""", true)]
    [InlineData("""{"key":"a","value":{"doubleValue":7}}""", true)]
    [InlineData("""{"key":"a","value":{"boolValue":false}}""", true)]
    [InlineData("""{"key":"a\u0062","value":{"stringValue":"b"}}""", false)]
    [InlineData("""{"key":"a","value":{"stringValue":"\x"}}""", false)]
    [InlineData("""{"key":"a","value":{"stringValue":"\u12g4"}}""", false)]
    [InlineData("""{"key":"a","value":{"stringValue":"b\"}}""", false)]
    [InlineData("""{"key":"a","value":{"intValue":012}}""", false)]
    [InlineData("""{"key":"a","value":{"intValue":"12}}""", false)]
    [InlineData("""{"key":"a","value":{"intValue":-3}}""", false)]
    [InlineData("""{"key":"a","value":{"intValue":9223372036854775807}}""", false)]
    [InlineData("""{"key":"a","value":{"doubleValue":1.e3}}""", false)]
    [InlineData("""{"key":"a","value":{"doubleValue":.5}}""", false)]
    [InlineData("""{"key":"a","value":{"doubleValue":"NaN"}}""", false)]
    [InlineData("""{"key":"a","value":{"boolValue":falsey}}""", false)]
    [InlineData("""{"key":"a","value":{"stringValue":"b","intValue":3}}""", false)]
    [InlineData("""{"key":"a","value":{"arrayValue":{"values":[]}}}""", false)]
    [InlineData("""{"key": "a","value":{"stringValue":"b"}}""", false)]
    [InlineData("""{"value":{"stringValue":"b"},"key":"a"}""", false)]
    [InlineData("""{"key":"a","value":{"stringValue":"b"}""", false)]
    [InlineData("""{"key":"a","value":{"stringValue":"b""", false)]
    public void What_is_plain(string json, bool isPlain)
    {
        var at = 0;
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Equal(isPlain, PlainPair.TryRead(bytes, ref at, new OtlpTexts(), new OtlpAttributes()));
        Assert.Equal(isPlain ? bytes.Length : 0, at);
        foreach (var list in (string[])[json, $"{json},{json}", $"{json}, {json}", $"{json} ", $" {json}", $"{json},null", $"{json},", $"{json}7",
            $"{json},{{}},{json}", $"{json},{{\"key\":[[]]}}"])
        {
            Same(OtlpSignal.Logs,
                Encoding.UTF8.GetBytes($$$"""{"resourceLogs":[{"resource":{"attributes":[{{{list}}}]},"scopeLogs":[{"logRecords":[{"attributes":[{{{json}}}],"attributes":[{{{list}}}],"timeUnixNano":"7"}]}]}]}"""));
        }
    }

    [Fact]
    public void What_the_client_sends_is_plain()
    {
        var (all, plain) = (0, 0);
        foreach (var fixture in OtlpFixture.All.Where(f => f is { Protocol: "http/json", Signal: OtlpSignal.Logs }))
        {
            Same(fixture.Signal, fixture.Bytes);
            foreach (var pair in Records(JsonNode.Parse(fixture.Bytes)!).SelectMany(record => record!["attributes"]!.AsArray()))
            {
                all++;
                var at = 0;
                var bytes = Encoding.UTF8.GetBytes(pair!.ToJsonString());
                if (PlainPair.TryRead(bytes, ref at, new OtlpTexts(), new OtlpAttributes())) plain++;
            }
        }
        Assert.InRange(plain, all * 0.99, all);
        Assert.InRange(all, 1_000, int.MaxValue);
    }

    [Fact]
    public void Changed_bodies_are_read_or_refused_the_same()
    {
        var fixtures = OtlpFixture.All.Where(f => f.Protocol == "http/json").OrderBy(f => f.Bytes.Length).Take(40).ToList();
        var (random, read) = (new Random(11), 0);
        for (var round = 0; round < 3_000; round++)
        {
            var fixture = fixtures[round % fixtures.Count];
            var body = fixture.Bytes.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(body.Length);
                body = random.Next(4) switch
                {
                    0 => body[..at],
                    1 => [.. body[..at], .. body[Math.Min(body.Length, at + random.Next(1, 30))..]],
                    2 => [.. body[..at], .. " \n\"\\{}[],:0-e.tn\0\u00FF"u8.Slice(random.Next(17), 1), .. body[at..]],
                    _ => [.. body[..at], .. body[Math.Max(0, at - random.Next(1, 60))..]],
                };
                if (body.Length == 0) break;
            }
            if (Same(fixture.Signal, body)) read++;
        }
        Assert.InRange(read, 20, 2_900);
    }

    private static IEnumerable<JsonNode?> Records(JsonNode body) => body["resourceLogs"]!.AsArray()
        .SelectMany(resource => resource!["scopeLogs"]!.AsArray()).SelectMany(scope => scope!["logRecords"]!.AsArray());

    /// <returns>True where it can be read.</returns>
    private static bool Same(OtlpSignal signal, byte[] body)
    {
        var (expected, expectedFault) = Read(signal, body, isQuick: false);
        var (lines, fault) = Read(signal, body, isQuick: true);
        Assert.Equal(expectedFault, fault);
        if (fault is null) Assert.Equal(expected, lines);
        return fault is null;
    }

    private static (List<string> Lines, string? Fault) Read(OtlpSignal signal, byte[] body, bool isQuick)
    {
        var recorder = new OtlpRecorder();
        try
        {
            new OtlpJsonReader(body, recorder, new OtlpBuffers(), isQuick).Read(signal);
            return (recorder.Lines, null);
        }
        catch (OtlpFormatException fault)
        {
            return (recorder.Lines, fault.Message);
        }
    }
}
