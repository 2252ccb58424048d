using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Ingestion;
using Observatory.Core.Ingestion.Transcripts;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Ingestion.Transcripts;

/// <summary>Nothing but its cancellation ends the source.</summary>
public sealed class TranscriptSourceTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _temp = new();
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private readonly ImportProgress _progress = new();
    private readonly Sink _sink = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task AFaultInOneFileLeavesTheOthersAloneAndIsTriedAgain()
    {
        var (bad, good) = (Write("bad"), Write("good"));
        _sink.Refused = bad;
        await RunAsync(new Bookmarks(0), async () =>
        {
            await UntilAsync(() => _sink.Files.Contains(good) && _progress.Now.Roots is [{ Problem: { } problem }] && problem.Contains(bad, StringComparison.Ordinal));
            _sink.Refused = null;
            await UntilAsync(() => _sink.Files.Contains(bad));
            Assert.Null(Assert.Single(_progress.Now.Roots).Problem);
        });
    }

    [Fact]
    public async Task AFaultBesideTheFilesIsTriedAgain()
    {
        var file = Write("a");
        await RunAsync(new Bookmarks(2), () => UntilAsync(() => _sink.Files.Contains(file) && _progress.Now is { Running: false, FinishedAt: not null }));
    }

    [Fact]
    public async Task WhatFailsAgainAndAgainIsNotIdleAndSaysWhy()
    {
        Write("a");
        await RunAsync(new Bookmarks(int.MaxValue), () => UntilAsync(() =>
            _progress.Now is { Running: true, FinishedAt: null, StartedAt: not null, Problem: { } problem }
                && problem.Contains("the store does not answer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AFileThatCannotBeCommittedIsNotIdleUntilItIs()
    {
        var file = Write("a");
        _sink.Uncommitted = file;
        await RunAsync(new Bookmarks(0), async () =>
        {
            await UntilAsync(() => _progress.Now is { Running: true, FilesDone: 0, Problem: { } problem }
                && problem.Contains(file, StringComparison.Ordinal) && problem.Contains("no room", StringComparison.Ordinal));
            _sink.Uncommitted = null;
            await UntilAsync(() => _progress.Now is { Running: false, FilesDone: 1, Problem: null });
        });
    }

    private async Task RunAsync(IBookmarkStore bookmarks, Func<Task> test)
    {
        using var source = new TranscriptSource(
            [new TranscriptRoot(_temp.Folder("projects"), "me")], _sink, bookmarks, _progress, _clock, NullLogger<TranscriptSource>.Instance);
        using var stop = new CancellationTokenSource();
        var run = source.RunAsync(stop.Token);
        await test();
        Assert.False(run.IsCompleted);
        await stop.CancelAsync();
        await run.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Lets the source's time pass, ten seconds a look, until it is so.</summary>
    private async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(s_patience);
        while (!isSo())
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20, patience.Token);
        }
    }

    private string Write(string project)
    {
        var path = _temp.File($"projects/{project}/{Guid.NewGuid()}.jsonl");
        File.WriteAllText(path, """{"type":"user","uuid":"u","timestamp":"2026-11-01T00:00:00Z","message":{"content":"hello"}}""" + "\n");
        return path;
    }

    private sealed class Sink : IEventSink
    {
        public ConcurrentBag<string> Files { get; } = [];

        public string? Refused { get; set; }

        public string? Uncommitted { get; set; }

        public bool TryWrite(EventBatch batch) => WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully;

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            if (batch.Bookmark!.File == Refused) throw new InvalidOperationException("a fault of the program");
            if (batch.Bookmark.File == Uncommitted)
            {
                batch.MarkFailed(new IOException("no room"));
                return ValueTask.CompletedTask;
            }
            batch.MarkCommitted();
            Files.Add(batch.Bookmark.File);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Bookmarks(int failures) : IBookmarkStore
    {
        private int _failures = failures;

        public Task<IReadOnlyList<Bookmark>> LoadBookmarksAsync(CancellationToken cancel) =>
            _failures-- > 0 ? throw new InvalidOperationException("the store does not answer") : Task.FromResult<IReadOnlyList<Bookmark>>([]);
    }
}
