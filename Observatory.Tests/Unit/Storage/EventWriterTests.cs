using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>What the writer does where a transaction fails.</summary>
public sealed class EventWriterTests
{
    private const int Locked = 6, Full = 13, Constraint = 19;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task WhatMayPassIsWaitedForAndNothingIsLost()
    {
        var batch = Batch("1");
        await WriteAsync([Full, Locked], async writer =>
        {
            await writer.WriteAsync(batch, CancellationToken.None);
            await batch.Committed.WaitAsync(s_patience);
            Assert.Equal((1L, 1L, 0), (writer.Version, writer.Figures.Counts.Accepted, writer.Figures.QueueDepth));
        });
    }

    [Fact]
    public async Task OneEventThatCanNeverBeWrittenIsSetAsideAndItsNeighboursCount()
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        for (var i = 0; i < 9; i++) batch.Events.AddRange(Batch(i.ToString(System.Globalization.CultureInfo.InvariantCulture)).Events);
        batch.Events.Insert(4, new Unheard { Key = EventKey.Of(KeySpace.Event, "bad"), At = 1_790_000_000_000, Conversation = "s" });
        var next = Batch("next");
        await WriteAsync([], async writer =>
        {
            await writer.WriteAsync(batch, CancellationToken.None);
            await writer.WriteAsync(next, CancellationToken.None);
            await Task.WhenAll(batch.Committed, next.Committed).WaitAsync(s_patience);
            Assert.Equal((10L, 1L, 0), (writer.Figures.Counts.Accepted, writer.Figures.Counts.Rejected, writer.Figures.QueueDepth));
        }, async core =>
        {
            await using var db = await core.OpenAsync();
            Assert.Contains("Unheard", Assert.Single(await db.DeadLetters.ToListAsync()).Reason, StringComparison.Ordinal);
            Assert.Equal(10, await db.Prompts.CountAsync());
        });
    }

    private sealed class Unheard : AnalyticsEvent;

    [Fact]
    public async Task WhatCanNeverBeWrittenIsSetAsideAndTheNextIsWritten()
    {
        var (bad, good) = (Batch("1"), Batch("2"));
        await WriteAsync([Constraint], async writer =>
        {
            await writer.WriteAsync(bad, CancellationToken.None);
            await bad.Committed.WaitAsync(s_patience);
            await writer.WriteAsync(good, CancellationToken.None);
            await good.Committed.WaitAsync(s_patience);
            Assert.Equal((1L, 1L, 0), (writer.Figures.Counts.Accepted, writer.Figures.Counts.Rejected, writer.Figures.QueueDepth));
        });
    }

    [Fact]
    public async Task AFullDiskWhileEventsAreToldApartSetsNoneOfThemAside()
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        for (var i = 0; i < 8; i++) batch.Events.AddRange(Batch(i.ToString(System.Globalization.CultureInfo.InvariantCulture)).Events);
        // The first says that something can never be written; then the disk is full, longer than it takes to come down to one event.
        await WriteAsync([Constraint, Full, Full, Full], async writer =>
        {
            await writer.WriteAsync(batch, CancellationToken.None);
            await batch.Committed.WaitAsync(s_patience);
        }, async core =>
        {
            await using var db = await core.OpenAsync();
            Assert.Empty(await db.DeadLetters.ToListAsync());
            Assert.Equal(8, await db.Prompts.CountAsync());
        });
    }

    [Fact]
    public async Task AFullDiskTakesNoMoreFromTheQueueThanTheTransactionThatFailedAndTheNext()
    {
        const int Count = 40, Each = EventWriter.EventsPerTransaction / 8;
        var batches = Enumerable.Range(0, Count).Select(b => Batch([.. Enumerable.Range(0, Each).Select(e => $"{b}.{e}")])).ToArray();
        var codes = new Codes([Full, Full, Locked, Full, Full]);
        await using var core = await CoreHost.StartAsync();
        var writer = Writer(core, codes);
        var wasFailing = new List<bool>();
        codes.Asked = () => wasFailing.Add(writer.Figures.IsFailing);
        // All wait before the first is taken, so one is written while the next is applied.
        foreach (var batch in batches) Assert.True(writer.TryWrite(batch));
        var run = Task.Run(() => writer.RunAsync(CancellationToken.None));
        await Task.WhenAll(batches.Select(b => b.Committed)).WaitAsync(s_patience);
        writer.Complete();
        await run.WaitAsync(s_patience);

        Assert.InRange(codes.Largest, Each, 2 * EventWriter.EventsPerTransaction);
        // It is said from the first failure to the first success.
        Assert.Equal([false, true, true, true, true, true], wasFailing.Take(6));
        Assert.Equal((Count * (long)Each, 0, false), (writer.Figures.Counts.Accepted, writer.Figures.QueueDepth, writer.Figures.IsFailing));
        await using var db = await core.OpenAsync();
        Assert.Equal(Count * Each, await db.Prompts.CountAsync());
    }

    [Fact]
    public async Task WhoeverListensToCommitsCannotMakeAnythingBeWrittenTwice()
    {
        await using var core = await CoreHost.StartAsync();
        var writer = Writer(core, new Codes([]), new Deaf());
        var batches = new[] { Batch("1"), Batch("2"), Batch("3") };
        foreach (var batch in batches) Assert.True(writer.TryWrite(batch));
        var run = Task.Run(() => writer.RunAsync(CancellationToken.None));
        await Task.WhenAll(batches.Select(b => b.Committed)).WaitAsync(s_patience);
        writer.Complete();
        await run.WaitAsync(s_patience);
        Assert.Equal((3L, 0L, 0), (writer.Figures.Counts.Accepted, writer.Figures.Counts.Rejected, writer.Figures.QueueDepth));
    }

    private sealed class Deaf : ICommitObserver
    {
        public void Committed(Commit commit) => throw new InvalidOperationException("made up by the test");
    }

    /// <summary>A full queue takes what is urgent, and it is committed before all that waits there.</summary>
    [Fact]
    public async Task What_is_urgent_goes_before_what_waits()
    {
        await using var core = await CoreHost.StartAsync();
        var order = new Order();
        var writer = Writer(core, new Codes([]), order);
        var waiting = new List<EventBatch>();
        for (var batch = Batch("w0"); writer.TryWrite(batch); batch = Batch($"w{waiting.Count}")) waiting.Add(batch);
        Assert.Equal(EventWriter.QueueLimit, waiting.Count);
        var urgent = new EventBatch { Source = EventSource.Transcript, User = "me", IsUrgent = true };
        urgent.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Line, "u"), At = 1_790_000_000_000, Conversation = "urgent", Length = 5 });
        await writer.WriteAsync(urgent, CancellationToken.None);
        var run = Task.Run(() => writer.RunAsync(CancellationToken.None));
        await Task.WhenAll(waiting.Append(urgent).Select(b => b.Committed)).WaitAsync(s_patience);
        Assert.Equal(["urgent"], order.Commits[0].Conversations);
        // And one that sleeps wakes up.
        for (var i = 0; i < 20; i++)
        {
            var later = new EventBatch { Source = EventSource.Transcript, User = "me", IsUrgent = true };
            later.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Line, $"l{i}"), At = 1_790_000_000_000, Conversation = "urgent", Length = 5 });
            await writer.WriteAsync(later, CancellationToken.None);
            await later.Committed.WaitAsync(s_patience);
        }
        var last = new EventBatch { Source = EventSource.Api, User = "me" };
        await writer.WriteAsync(last, CancellationToken.None);
        writer.Complete();
        await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(() => writer.WriteAsync(urgent, CancellationToken.None).AsTask());
        await run.WaitAsync(s_patience);
        Assert.Equal(0, writer.Figures.QueueDepth);
    }

    private sealed class Order : ICommitObserver
    {
        public List<Commit> Commits { get; } = [];

        public void Committed(Commit commit) => Commits.Add(commit);
    }

    /// <param name="failures">SQLite's codes with which the first transactions end.</param>
    /// <param name="test">What is done while the writer runs.</param>
    /// <param name="after">What is looked at in the database then.</param>
    private static async Task WriteAsync(int[] failures, Func<EventWriter, Task> test, Func<CoreHost, Task>? after = null)
    {
        await using var core = await CoreHost.StartAsync();
        var writer = Writer(core, new Codes(failures));
        var run = Task.Run(() => writer.RunAsync(CancellationToken.None));
        await test(writer);
        writer.Complete();
        await run.WaitAsync(s_patience);
        if (after is not null) await after(core);
    }

    private static EventWriter Writer(CoreHost core, Codes codes, ICommitObserver? observer = null) => new(
        core.Services.GetRequiredService<IWriterStore>(), PriceBook.Default, () => new Failing(codes),
        observer ?? core.Services.GetRequiredService<ICommitObserver>(),
        new WriterFigures(TimeProvider.System), TimeProvider.System, NullLogger<EventWriter>.Instance);

    private static EventBatch Batch(params string[] ids)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        foreach (var id in ids) batch.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Event, id), At = 1_790_000_000_000, Conversation = "s",
            Text = "hello", Length = 5 });
        return batch;
    }

    /// <summary>What the database answers to the transactions, one after the other; then all succeed.</summary>
    private sealed class Codes(IEnumerable<int> codes)
    {
        private readonly Queue<int> _codes = new(codes);

        public Action? Asked { get; set; }

        /// <summary>Prompts of the largest transaction.</summary>
        public int Largest { get; private set; }

        public void Next(int prompts)
        {
            // What only asks whether the store is well.
            if (prompts == 0) return;
            Largest = Math.Max(Largest, prompts);
            Asked?.Invoke();
            if (_codes.TryDequeue(out var code)) throw new SqliteException("made up by the test", code);
        }
    }

    /// <summary>No roll-ups, but the errors that the database would give.</summary>
    private sealed class Failing(Codes codes) : IRollup
    {
        private int _prompts;

        public void Changed(PromptEntity? before, PromptEntity after) => _prompts++;

        public void Changed(ResponseEntity? before, ResponseEntity after)
        {
        }

        public void Changed(ToolCallEntity? before, ToolCallEntity after)
        {
        }

        public void Changed(ApiErrorEntity? before, ApiErrorEntity after)
        {
        }

        public void Changed(EventEntity? before, EventEntity after)
        {
        }

        public void Flush(IRollupTables tables)
        {
            var prompts = _prompts;
            _prompts = 0;
            codes.Next(prompts);
        }

        public void Discard() => _prompts = 0;
    }
}
