using System.Text;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Core.Pricing;
using Observatory.Core.Privacy;
using Observatory.Core.Storage.Writing;
using Observatory.Tests.Benchmarks;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Budgets;

/// <summary>
/// What may be allocated where millions of lines pass. Bytes are counted on the test's own thread, so that neither the machine's speed nor
/// other tests move them.
/// </summary>
public sealed class AllocationTests
{
    private const int Rounds = 200;

    /// <summary>Measured: 653, most of it the event itself and its texts.</summary>
    private const long BytesPerEvent = 800;

    [Fact]
    public void ScanningALineAllocatesNothing()
    {
        var line = Encoding.UTF8.GetBytes("""
            {"parentUuid":"p","isSidechain":false,"cwd":"/srv/shop","sessionId":"s","version":"2.1.197","gitBranch":"main","message":{"id":"msg_1","model":"claude-opus-5-5",
            "content":[{"type":"text","text":"Done \u00e9\n"},{"type":"tool_use","id":"toolu_1","name":"Bash","input":{"timeout":1,"command":"npm test"}}],"usage":{"input_tokens":3,
            "cache_creation":{"ephemeral_5m_input_tokens":7},"iterations":[{"type":"advisor_message","model":"m","input_tokens":2}],"output_tokens":5,"service_tier":"standard"}},
            "requestId":"req_1","type":"assistant","uuid":"u","timestamp":"2026-11-12T09:05:28.918Z"}
            """);
        var fields = new LineFields();
        Assert.Equal(0, Allocated(() => LineScanner.Scan(line, fields)));
        Assert.Equal((2, 1, 3), (fields.Blocks.Count, fields.Iterations.Count, fields.Usage.Input));
    }

    [Fact]
    public void RedactingATextWithoutSecretsAllocatesNothing()
    {
        var redactor = new Redactor();
        var text = string.Concat(Enumerable.Repeat("Please move the e-mail test of src/Orders/OrderTests.cs (line 47) to https://example.com/a?b=c and run "
            + "`npm test`. ", 40));
        string? result = null;
        Assert.Equal(0, Allocated(() => result = redactor.Redact(text)));
        Assert.Same(text, result);
    }

    [Fact]
    public void PricingACallAllocatesNothing()
    {
        var at = new DateTimeOffset(2026, 11, 12, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var usage = new TokenUsage(300_000, 2_000, 10_000, 20_000, 1_000_000);
        long? price = null;
        Assert.Equal(0, Allocated(() => price = PriceBook.Default.Price("claude-opus-5-5", at, usage, null, "batch", "us")));
        Assert.NotNull(price);
    }

    [Fact]
    public void FindingAKeyAllocatesNothing()
    {
        var index = new KeyIndex();
        for (var i = 1; i <= 5_000; i++) index.TryAdd((ulong)i * 0x9E3779B97F4A7C15UL, i, out _);
        var found = 0;
        Assert.Equal(0, Allocated(() =>
        {
            for (var i = 1; i <= 5_000; i++)
            {
                if (index.TryGet((ulong)i * 0x9E3779B97F4A7C15UL, out _)) found++;
                index.TryAdd((ulong)i * 0x9E3779B97F4A7C15UL, 0, out _);
                index.TryGet((ulong)i, out _);
            }
        }));
        Assert.True(found > 0);
    }

    [Fact]
    public async Task ReadingATranscriptStaysWithinItsBudgetPerEvent()
    {
        using var temp = new TempFolder();
        var root = BenchCorpus.Make(temp.Folder("claude"), 5, new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero));
        var files = Directory.EnumerateFiles(root, "*.jsonl", SearchOption.AllDirectories).Select(f => TranscriptFile.From(f, "tester")).ToList();
        var sink = new Counting();
        var reader = new TranscriptReader(sink, EventSource.Transcript);
        await reader.ReadAsync(files[0], null, TestContext.Current.CancellationToken);
        sink.Events = 0;

        // The sink never waits, so all of it happens on this thread.
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var file in files) await reader.ReadAsync(file, null, TestContext.Current.CancellationToken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(sink.Events > 1_000, $"only {sink.Events} events were read");
        Assert.True(allocated / sink.Events < BytesPerEvent, $"{allocated / sink.Events} bytes an event, {BytesPerEvent} are allowed");
    }

    private static long Allocated(Action work)
    {
        // Once more than needed: lists and caches have their size then, and the code is compiled.
        for (var i = 0; i < 3; i++) work();
        // The least of some: a collection that other tests cause in between moves the counter by what was reserved for the thread.
        return Enumerable.Range(0, 4).Select(_ => Count()).Min();

        long Count()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++) work();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private sealed class Counting : IEventSink
    {
        public long Events { get; set; }

        public bool TryWrite(EventBatch batch) => WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully;

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            Events += batch.Events.Count;
            return ValueTask.CompletedTask;
        }
    }
}
