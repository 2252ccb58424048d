using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Sqlite;
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

    /// <param name="failures">SQLite's codes with which the first transactions end.</param>
    /// <param name="test">What is done while the writer runs.</param>
    /// <param name="after">What is looked at in the database then.</param>
    private static async Task WriteAsync(int[] failures, Func<EventWriter, Task> test, Func<CoreHost, Task>? after = null)
    {
        await using var core = await CoreHost.StartAsync();
        var failing = new Failing(failures);
        var writer = new EventWriter(
            core.Services.GetRequiredService<SqliteDatabase>(), PriceBook.Default, () => failing, core.Services.GetRequiredService<ICommitObserver>(),
            new WriterFigures(TimeProvider.System), TimeProvider.System, NullLogger<EventWriter>.Instance);
        var run = Task.Run(() => writer.RunAsync(CancellationToken.None));
        await test(writer);
        writer.Complete();
        await run.WaitAsync(s_patience);
        if (after is not null) await after(core);
    }

    private static EventBatch Batch(string id)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        batch.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Event, id), At = 1_790_000_000_000, Conversation = "s", Text = "hello", Length = 5 });
        return batch;
    }

    /// <summary>No roll-ups, but the errors that the database would give.</summary>
    private sealed class Failing(IEnumerable<int> codes) : IRollup
    {
        private readonly Queue<int> _codes = new(codes);

        public void Changed(PromptEntity? before, PromptEntity after)
        {
        }

        public void Changed(ResponseEntity? before, ResponseEntity after)
        {
        }

        public void Changed(ToolCallEntity? before, ToolCallEntity after)
        {
        }

        public void Changed(ApiErrorEntity? before, ApiErrorEntity after)
        {
        }

        public void Flush(IRollupTables tables)
        {
            if (_codes.TryDequeue(out var code)) throw new SqliteException("made up by the test", code);
        }

        public void Discard()
        {
        }
    }
}
