using System.Security.Claims;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage;
using Observatory.Web.Ingest;
using Xunit;

namespace Observatory.Tests.Api;

public sealed class DurableWriterTests : IDisposable
{
    private static readonly ClaimsPrincipal s_caller = new();

    private readonly FakeTimeProvider _clock = new();
    private readonly Sink _sink = new();
    private readonly Lifetime _lifetime = new();
    private readonly WriterFigures _figures;
    private readonly DurableWriter _writer;

    public DurableWriterTests()
    {
        _figures = new WriterFigures(_clock);
        _writer = new DurableWriter(_sink, _figures, _lifetime, _clock);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _lifetime.Dispose();
    }

    [Fact]
    public async Task Committed_is_said_after_the_commit_only()
    {
        var batch = Batch();
        var write = _writer.WriteAsync(batch, s_caller, CancellationToken.None);
        Assert.False(write.IsCompleted);
        batch.MarkCommitted();
        Assert.Equal(WriteOutcome.Committed, await write);
    }

    [Fact]
    public async Task A_full_queue_is_busy()
    {
        _sink.IsFull = true;
        Assert.Equal(WriteOutcome.Busy, await _writer.WriteAsync(Batch(), s_caller, CancellationToken.None));
    }

    [Fact]
    public async Task A_store_that_fails_is_unavailable_and_gets_nothing()
    {
        _figures.Failed("disk full", mayPass: true);
        Assert.Equal(WriteOutcome.Unavailable, await _writer.WriteAsync(Batch(), s_caller, CancellationToken.None));
        Assert.Equal(0, _sink.Taken);
        _figures.Worked();
        var batch = Batch();
        var write = _writer.WriteAsync(batch, s_caller, CancellationToken.None);
        batch.MarkFailed(new InvalidOperationException());
        Assert.Equal(WriteOutcome.Unavailable, await write);
    }

    [Fact]
    public async Task What_someone_must_mend_is_not_waited_for()
    {
        var write = _writer.WriteAsync(Batch(), s_caller, CancellationToken.None);
        _figures.Failed("disk full", mayPass: true);
        Assert.False(write.IsCompleted);
        _figures.Failed("the index is torn", mayPass: false);
        Assert.Equal(WriteOutcome.Unavailable, await write.WaitAsync(Support.Patience.Usual));
        Assert.Equal(WriteOutcome.Unavailable, await _writer.WriteAsync(Batch(), s_caller, CancellationToken.None));
        _figures.Worked();
        var batch = Batch();
        write = _writer.WriteAsync(batch, s_caller, CancellationToken.None);
        batch.MarkCommitted();
        Assert.Equal(WriteOutcome.Committed, await write.WaitAsync(Support.Patience.Usual));
    }

    [Fact]
    public async Task Ten_seconds_without_a_commit_are_unavailable()
    {
        var write = _writer.WriteAsync(Batch(), s_caller, CancellationToken.None);
        _clock.Advance(DurableWriter.Patience - TimeSpan.FromMilliseconds(1));
        Assert.False(write.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(WriteOutcome.Unavailable, await write);
    }

    [Fact]
    public async Task A_stopping_program_takes_nothing_new_and_lets_what_it_took_be_written()
    {
        var batch = Batch();
        var (first, second) = (_writer.WriteAsync(batch, s_caller, CancellationToken.None), _writer.WriteAsync(Batch(), s_caller, CancellationToken.None));
        _lifetime.Stop();
        Assert.Equal(WriteOutcome.Unavailable, await _writer.WriteAsync(Batch(), s_caller, CancellationToken.None));
        batch.MarkCommitted();
        Assert.Equal(WriteOutcome.Committed, await first);
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(WriteOutcome.Unavailable, await second);
    }

    [Fact]
    public async Task A_sender_that_is_gone_is_no_outcome()
    {
        using var gone = new CancellationTokenSource();
        var write = _writer.WriteAsync(Batch(), s_caller, gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    private static EventBatch Batch() => new() { Source = EventSource.Api };

    private sealed class Sink : IEventSink
    {
        public bool IsFull { get; set; }

        public int Taken { get; private set; }

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel) => throw new NotSupportedException();

        public bool TryWrite(EventBatch batch)
        {
            if (!IsFull) Taken++;
            return !IsFull;
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Stop() => _stopping.Cancel();

        public void StopApplication() => Stop();

        public void Dispose() => _stopping.Dispose();
    }
}
