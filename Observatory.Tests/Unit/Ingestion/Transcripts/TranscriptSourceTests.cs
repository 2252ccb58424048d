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
            await UntilAsync(() => _sink.Files.Contains(good) && _progress.Now.Roots is [{ Problem: { } problem }]
                && problem.Contains(bad, StringComparison.Ordinal));
            _sink.Refused = null;
            await UntilAsync(() => _sink.Files.Contains(bad));
            Assert.Null(Assert.Single(_progress.Now.Roots).Problem);
        });
    }

    /// <summary>To look through 50,000 files takes half a second: every two seconds that would be a quarter of a processor.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(500, true)]
    [InlineData(1, false)]
    [InlineData(500, false)]
    public void Looking_through_all_files_takes_little_of_a_processor_however_many_they_are(int milliseconds, bool isTold)
    {
        var took = TimeSpan.FromMilliseconds(milliseconds);
        Assert.InRange(took / (took + TranscriptSource.RestAfter(took, isTold)), 0, 0.05);
        Assert.InRange(TranscriptSource.RestAfter(took, isTold), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(2));
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

    /// <summary>The import waits for a commit that does not come: what is appended elsewhere, and what begins, is read and goes before it.</summary>
    [Fact]
    public async Task What_is_written_while_much_is_read_does_not_wait_for_it()
    {
        var (known, waiting) = (Write("known"), Write("waiting"));
        _sink.Held = waiting;
        await RunAsync(new Bookmarks(0), async () =>
        {
            await UntilAsync(() => _sink.Files.Contains(known) && _sink.HeldBatch is not null);
            Assert.True(_progress.Now.Running);
            File.AppendAllText(known, Line("next"));
            await UntilAsync(() => _sink.Urgent.Contains(known));
            var begun = Write("begun");
            await UntilAsync(() => _sink.Urgent.Contains(begun));
            // Of the file itself nothing goes before what waits.
            File.AppendAllText(waiting, Line("next"));
            File.AppendAllText(known, Line("third"));
            await UntilAsync(() => _sink.Urgent.Count(f => f == known) == 2);
            Assert.DoesNotContain(waiting, _sink.Urgent);
            Assert.True(_progress.Now.Running);
            _sink.Held = null;
            _sink.HeldBatch!.MarkCommitted();
            await UntilAsync(() => _progress.Now is { Running: false, FilesDone: 3 });
            Assert.Contains(waiting, _sink.Files);
        });
    }

    [Fact]
    public void A_scan_lists_links_and_files_as_one_look_at_each_finds_them()
    {
        var plain = Write("a");
        var target = Write("b");
        File.CreateSymbolicLink(_temp.File("projects/a/link.jsonl"), target);
        Directory.CreateSymbolicLink(_temp.File("projects/c"), _temp.Folder("projects/a"));
        File.WriteAllText(_temp.File("projects/a/notes.txt"), "no transcript");
        TranscriptRoot[] roots = [new TranscriptRoot(_temp.Folder("projects"), "me")];
        var listed = Assert.Single(TranscriptScanner.Scan(roots)).Files;
        Assert.Equal(new[] { plain, target }.Order(), listed.Select(f => f.File.Path).Order());
        Assert.All(listed, file => Assert.Equal(file, TranscriptScanner.Find(roots, file.File.Path)));
        foreach (var other in (string[])["projects/a/link.jsonl", "projects/c/" + Path.GetFileName(plain), "projects/a/notes.txt", "projects/none.jsonl"])
            Assert.Null(TranscriptScanner.Find(roots, _temp.File(other)));
        Assert.Null(TranscriptScanner.Find([new TranscriptRoot(_temp.Folder("projects/b"), "me")], plain));
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
        File.WriteAllText(path, Line("u"));
        return path;
    }

    private static string Line(string uuid) =>
        $$$"""{"type":"user","uuid":"{{{uuid}}}","timestamp":"2026-11-01T00:00:00Z","message":{"content":"hello"}}""" + "\n";

    private sealed class Sink : IEventSink
    {
        public ConcurrentBag<string> Files { get; } = [];

        public string? Refused { get; set; }

        public string? Uncommitted { get; set; }

        /// <summary>Not committed until somebody says so.</summary>
        public string? Held { get; set; }

        public EventBatch? HeldBatch { get; private set; }

        public ConcurrentBag<string> Urgent { get; } = [];

        public bool TryWrite(EventBatch batch) => WriteAsync(batch, CancellationToken.None).AsTask().IsCompletedSuccessfully;

        public ValueTask WriteAsync(EventBatch batch, CancellationToken cancel)
        {
            if (batch.Bookmark!.File == Refused) throw new InvalidOperationException("a fault of the program");
            if (batch.Bookmark.File == Uncommitted)
            {
                batch.MarkFailed(new IOException("no room"));
                return ValueTask.CompletedTask;
            }
            if (batch.Bookmark.File == Held)
            {
                HeldBatch = batch;
                return ValueTask.CompletedTask;
            }
            batch.MarkCommitted();
            if (batch.IsUrgent) Urgent.Add(batch.Bookmark.File);
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
