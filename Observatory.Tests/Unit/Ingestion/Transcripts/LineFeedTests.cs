using System.Text;
using CsCheck;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Transcripts;

/// <summary>Lines out of files, however long they are.</summary>
public sealed class LineFeedTests
{
    internal sealed class Keep : IEventSink
    {
        public List<EventBatch> Batches { get; } = [];

        public bool TryWrite(EventBatch batch) => WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully;

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            Batches.Add(batch);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task Of_a_line_of_fifty_megabytes_ids_usage_and_tools_are_kept_and_the_next_line_is_whole()
    {
        using var folder = new TempFolder();
        var path = folder.File("5f0c5d0e-0000-4000-8000-000000000001.jsonl");
        await using (var file = new StreamWriter(path))
        {
            await file.WriteAsync("""{"type":"user","uuid":"first","timestamp":"2026-11-01T00:00:00Z","message":{"content":"short"}}""" + "\n");
            await file.WriteAsync("""{"x":""" + "\"");
            // An escape and a character of several bytes lie wherever the cut may fall.
            var piece = string.Concat(Enumerable.Repeat("a\\n\\u00e9é日\\\\\\\"\\ud83d\\ude00", 40_000));
            for (var size = 0; size < 50_000_000; size += Encoding.UTF8.GetByteCount(piece)) await file.WriteAsync(piece);
            await file.WriteAsync("\",\"message\":"
                + """{"id":"msg","model":"m","content":[{"type":"tool_use","id":"t","name":"Bash","input":{"command":"ls"}}],"usage":{"input_tokens":7,"output_tokens":9}}""");
            await file.WriteAsync(""","type":"assistant","uuid":"long","requestId":"r","timestamp":"2026-11-01T00:00:01Z"}""" + "\n");
            await file.WriteAsync("""{"type":"user","uuid":"last","timestamp":"2026-11-01T00:00:02Z","message":{"content":"after"}}""" + "\n");
        }
        var sink = new Keep();
        // Of this thread alone: other tests run beside, and the reader never leaves it here.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = await new TranscriptReader(sink, EventSource.Transcript)
            .ReadAsync(TranscriptFile.From(path, "ada"), null, TestContext.Current.CancellationToken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 120_000_000);
        Assert.Equal(new FileInfo(path).Length, result.End!.Offset);
        Assert.Equal(3, result.End.Line);
        Assert.Empty(sink.Batches.SelectMany(b => b.Rejected));
        var events = sink.Batches.SelectMany(b => b.Events).ToList();
        Assert.Equal(["short", "after"], events.OfType<PromptEvent>().Select(p => p.Text));
        var response = Assert.Single(events.OfType<ResponseEvent>());
        Assert.Equal((new TokenUsage(7, 9, 0, 0, 0), "m", EventKey.Of(KeySpace.Message, "msg")), (response.Usage, response.Model, response.Key));
        Assert.Equal("ls", Assert.Single(events.OfType<ToolCallEvent>()).Target);
    }

    [Fact]
    public void Shrinking_in_any_chunks_gives_the_same_and_cuts_neither_escape_nor_character() =>
        Gen.Select(Pick.From("a", "é", "日", "\\n", "\\u00e9", "\\\\", "\\\"").Array[1, 40], Gen.Int[1, 3_000].Array[1, 60]).Sample((parts, chunks) =>
        {
            var text = string.Concat(Enumerable.Repeat(string.Concat(parts), LongLineShrinker.LongestString / parts.Length + 1));
            var line = Encoding.UTF8.GetBytes($$"""{"a":"{{text}}","b":[1,"{{text}}"],"c":"short"}""" + "\n{\"next\":\"" + text + "\"}");
            var whole = line.ToArray();
            var shrinker = new LongLineShrinker();
            var expected = whole[..shrinker.Shrink(whole)];
            Assert.Equal(line.Length, expected.Length + shrinker.Dropped);

            var again = new LongLineShrinker();
            var pieces = new List<byte>();
            for (int at = 0, i = 0; at < line.Length; i++)
            {
                var piece = line[at..Math.Min(line.Length, at + chunks[i % chunks.Length])];
                at += piece.Length;
                pieces.AddRange(piece[..again.Shrink(piece)]);
            }
            Assert.Equal(expected, pieces);
            var end = Array.IndexOf(expected, (byte)'\n');
            using var json = System.Text.Json.JsonDocument.Parse(expected.AsMemory(0, end));
            Assert.Equal("short", json.RootElement.GetProperty("c").GetString());
            Assert.DoesNotContain('\uFFFD', json.RootElement.GetProperty("a").GetString()!);
            Assert.Equal(line.Skip(Array.IndexOf(line, (byte)'\n')), expected.Skip(end));
        }, iter: 30);

    [Fact]
    public async Task Ends_of_lines_blank_lines_and_a_byte_order_mark_do_not_count()
    {
        using var folder = new TempFolder();
        var path = folder.File("x.jsonl");
        static string Line(string id) =>
            $$"""{"type":"user","uuid":"{{id}}","sessionId":"s","timestamp":"2026-11-01T00:00:00Z","message":{"content":"{{id}}"} }""";
        await File.WriteAllTextAsync(path, "\uFEFF" + Line("a") + "\r\n\n  \t\r\n" + Line("b") + "\n\0\0\0\0\n{\"type\":\n" + Line("c") + "\nhalf",
            TestContext.Current.CancellationToken);
        var sink = new Keep();
        var result = await new TranscriptReader(sink, EventSource.Transcript)
            .ReadAsync(TranscriptFile.From(path, "ada"), null, TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b", "c"], sink.Batches.SelectMany(b => b.Events).Cast<PromptEvent>().Select(p => p.Text));
        Assert.Equal([5L, 6L], sink.Batches.SelectMany(b => b.Rejected).Select(r => r.Line));
        Assert.Equal(new FileInfo(path).Length - 4, result.End!.Offset);

        // Cut, then written anew: from the top. Grown: only what is new.
        await File.WriteAllTextAsync(path, Line("d") + "\n", TestContext.Current.CancellationToken);
        var anew = await new TranscriptReader(sink, EventSource.Transcript)
            .ReadAsync(TranscriptFile.From(path, "ada"), result.End, TestContext.Current.CancellationToken);
        Assert.True(anew.StartedOver);
        await File.AppendAllTextAsync(path, Line("e") + "\n", TestContext.Current.CancellationToken);
        var grown = await new TranscriptReader(sink, EventSource.Transcript)
            .ReadAsync(TranscriptFile.From(path, "ada"), anew.End, TestContext.Current.CancellationToken);
        Assert.False(grown.StartedOver);
        Assert.Equal(["a", "b", "c", "d", "e"], sink.Batches.SelectMany(b => b.Events).Cast<PromptEvent>().Select(p => p.Text));
    }
}
