using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.EventsApi;

namespace Observatory.Tests.Benchmarks;

/// <summary>Reading bodies of the events API against the same bytes only walked through by the platform's JSON reader.</summary>
internal static class EventBench
{
    private const int PerBody = 1_000;

    public static Task<int> RunAsync(BenchOptions options)
    {
        var bodies = Enumerable.Range(0, 100).Select(n => Body(n * PerBody, PerBody)).ToArray();
        var reader = new EventReader();
        var (walk, read) = (new List<double>(), new List<double>());
        for (var run = -1; run < options.Runs; run++)
        {
            var skipped = Rate(bodies, Skip);
            var taken = Rate(bodies, body => reader.Read(body, false, new EventBatch { Source = EventSource.Api }, long.MaxValue / 2));
            if (run < 0) continue;
            walk.Add(skipped);
            read.Add(taken);
        }
        var ratios = walk.Zip(read, (w, r) => r / w);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"walked {Sample.Median(walk) / 1e6:0.00} M events/s, read {Sample.Median(read) / 1e6:0.00} M events/s, ratio {Sample.Median(ratios):0.00} "
                + $"(medians of {options.Runs}; {bodies[0].Length / PerBody} bytes an event)"));
        return Task.FromResult(0);
    }

    public static byte[] Body(int from, int count)
    {
        var text = new StringBuilder("[");
        for (var i = from; i < from + count; i++)
        {
            if (i > from) text.Append(',');
            text.Append(Event(i));
        }
        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    public static string Event(int i)
    {
        var at = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(i * 37L)
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var (type, data) = (i % 5) switch
        {
            0 => ("message_sent", $"\"messageId\":\"m-{i}\",\"role\":\"user\",\"tokenCount\":0,\"messageLength\":{i % 900}"),
            1 => ("message_sent", $"\"messageId\":\"m-{i}\",\"role\":\"assistant\",\"tokenCount\":{i % 700},\"messageLength\":{i % 900}"),
            2 or 3 => ("token_usage",
                $"\"requestId\":\"req_{i}\",\"model\":\"claude-opus-5-5\",\"inputTokens\":{i % 900},\"outputTokens\":{i % 700},"
                    + $"\"cacheCreationTokens\":0,\"cacheReadTokens\":{i % 90_000}"),
            _ => ("tool_use", $"\"toolUseId\":\"toolu_{i}\",\"tool\":\"Bash\",\"success\":true,\"durationMs\":{i % 9_000}"),
        };
        return $"{{\"id\":\"event-{i:x12}\",\"type\":\"{type}\",\"timestamp\":\"{at}\","
            + $"\"conversationId\":\"conversation-{i / 50:x8}\",\"userId\":\"user-{i % 200}\",\"data\":{{{data}}}}}";
    }

    private static double Rate(byte[][] bodies, Action<byte[]> read)
    {
        var watch = Stopwatch.StartNew();
        var events = 0;
        while (watch.ElapsedMilliseconds < 800)
        {
            foreach (var body in bodies)
            {
                read(body);
                events += PerBody;
            }
        }
        return events / watch.Elapsed.TotalSeconds;
    }

    private static void Skip(byte[] body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read()) { }
    }
}
