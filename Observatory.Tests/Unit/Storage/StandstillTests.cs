using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Storage.Writing;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>Where nothing at all can be written, whatever the reason, it is known; nothing is set aside for it, and what waits is written later.</summary>
public sealed class StandstillTests : IAsyncLifetime
{
    private const int Full = 13, Corrupt = 11;

    private readonly Store _store = new();
    private readonly Notes _log = new();
    private CoreHost _core = null!;
    private EventWriter _writer = null!;
    private Task _run = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        _core = await CoreHost.StartAsync();
        _writer = new EventWriter(
            _core.Services.GetRequiredService<IWriterStore>(), PriceBook.Default, () => new Broken(_store),
            _core.Services.GetRequiredService<ICommitObserver>(), new WriterFigures(TimeProvider.System), TimeProvider.System, _log);
        _run = Task.Run(() => _writer.RunAsync(CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        _writer.Complete();
        await _run.WaitAsync(Patience.Usual);
        await _core.DisposeAsync();
    }

    [Fact]
    public async Task A_fault_of_the_store_holds_what_comes_and_sets_nothing_aside()
    {
        _store.Error = new InvalidOperationException("row 45 is in the index but not in the table");
        var batch = Batch("1", "2", "3");
        await _writer.WriteAsync(batch, CancellationToken.None);
        var fault = await FaultAsync(f => f.Tries >= 3);
        Assert.Equal((_store.Error.Message, false, true), (fault.Reason, fault.MayPass, fault.IsHeld));
        Assert.False(batch.Committed.IsCompleted);

        _store.Error = null;
        await batch.Committed.WaitAsync(Patience.Usual);
        await Patience.UntilAsync(() => _writer.Figures.Fault is null);
        Assert.Equal((3L, 0L, 0), (_writer.Figures.Counts.Accepted, _writer.Figures.Counts.Rejected, _writer.Figures.QueueDepth));
        await using var db = await _core.OpenAsync();
        Assert.Empty(await db.DeadLetters.ToListAsync());
        Assert.Equal(3, await db.Prompts.CountAsync());
    }

    [Theory]
    [InlineData(Full, true)]
    [InlineData(Corrupt, false)]
    public async Task What_may_pass_is_told_from_what_someone_must_mend(int code, bool mayPass)
    {
        _store.Error = new SqliteException("made up by the test", code);
        var batch = Batch("1");
        await _writer.WriteAsync(batch, CancellationToken.None);
        Assert.Equal(mayPass, (await FaultAsync(_ => true)).MayPass);
        _store.Error = null;
        await batch.Committed.WaitAsync(Patience.Usual);
        await Patience.UntilAsync(() => !_writer.Figures.IsFailing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_log_has_a_line_when_it_begins_and_a_count_when_it_ends(bool mayPass)
    {
        _store.Error = mayPass ? new SqliteException("made up by the test", Full) : new InvalidOperationException("made up by the test");
        var batch = Batch("1");
        await _writer.WriteAsync(batch, CancellationToken.None);
        await FaultAsync(f => f.Tries >= 4);
        var tries = 0;
        _store.Asked = () => tries = _writer.Figures.Fault?.Tries ?? tries;
        _store.Error = null;
        await batch.Committed.WaitAsync(Patience.Usual);
        await Patience.UntilAsync(() => _log.Lines.Count >= 2);
        Assert.Equal(2, _log.Lines.Count);
        Assert.StartsWith("Error Nothing can be written", _log.Lines.First(), StringComparison.Ordinal);
        Assert.StartsWith($"Warning Writing works again: {tries} tries failed", _log.Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_the_program_does_not_wait_for_it()
    {
        _store.Error = new InvalidOperationException("made up by the test");
        var batch = Batch("1");
        await _writer.WriteAsync(batch, CancellationToken.None);
        // The pause before the next try is long by now.
        await FaultAsync(f => f.Tries >= 4);
        _writer.Complete();
        await _run.WaitAsync(Patience.Usual);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => batch.Committed.WaitAsync(Patience.Usual));
    }

    [Fact]
    public void What_was_given_up_is_a_fault_for_a_minute()
    {
        var clock = new FakeTimeProvider();
        var figures = new WriterFigures(clock);
        Assert.True(figures.Failed("nothing of it", mayPass: false, isHeld: false));
        Assert.False(figures.Failed("nothing of it", mayPass: false, isHeld: false));
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal((2, false), (figures.Fault!.Tries, figures.Fault.IsHeld));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(figures.Fault);
    }

    /// <summary>Two sessions hold one line, so it is remembered whose it is; then somebody deletes its row.</summary>
    [Fact]
    public async Task Rows_that_others_point_to_and_that_are_gone_are_such_a_fault()
    {
        using var data = new TempFolder();
        SessionLine[] lines = [Prompt("s1", "u1"), Prompt("s2", "u1"), Prompt("s2", "u2")];
        await using (var core = await CoreHost.StartAsync(null, data.Path)) await core.WriteAsync(LineBatches.Of(lines));
        await using (var db = new SqliteConnection($"Data Source={Path.Combine(data.Path, "observatory.db")};Pooling=False"))
        {
            await db.OpenAsync();
            await using var delete = db.CreateCommand();
            delete.CommandText = "DELETE FROM prompts";
            Assert.True(await delete.ExecuteNonQueryAsync() > 0);
        }
        await using var later = await CoreHost.StartAsync(null, data.Path);
        var batch = LineBatches.Of([Prompt("s1", "u3")]);
        await later.Writer.WriteAsync(batch, CancellationToken.None);
        await Patience.UntilAsync(() => batch.Committed.IsCompleted || later.Writer.Figures.Fault is not null);
        Assert.False(batch.Committed.IsCompletedSuccessfully);
        Assert.Equal((false, true), (later.Writer.Figures.Fault!.MayPass, later.Writer.Figures.IsFailing));
    }

    private static SessionLine Prompt(string session, string uuid) => new(session, new
    {
        type = "user", uuid, sessionId = session, cwd = "/w", timestamp = "2026-11-10T10:00:00.000Z", version = "2.1.300", isSidechain = false,
        message = new { role = "user", content = "hello" },
    });

    private async Task<WriterFault> FaultAsync(Func<WriterFault, bool> isIt)
    {
        await Patience.UntilAsync(() => _writer.Figures.Fault is { } fault && isIt(fault));
        return _writer.Figures.Fault!;
    }

    private static EventBatch Batch(params string[] ids)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        foreach (var id in ids)
            batch.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Event, id), At = 1_790_000_000_000, Conversation = "s", Text = "hello", Length = 5 });
        return batch;
    }

    /// <summary>What every transaction meets, empty ones too.</summary>
    private sealed class Store
    {
        public volatile Exception? Error;

        public volatile Action? Asked;
    }

    private sealed class Broken(Store store) : IRollup
    {
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

        public void Changed(EventEntity? before, EventEntity after)
        {
        }

        public void Flush(IRollupTables tables)
        {
            store.Asked?.Invoke();
            if (store.Error is { } error) throw error;
        }

        public void Discard()
        {
        }
    }

    private sealed class Notes : ILogger<EventWriter>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)}");
    }
}
