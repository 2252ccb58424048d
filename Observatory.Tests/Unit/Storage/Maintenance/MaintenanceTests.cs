using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Storage.Maintenance;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage.Maintenance;

/// <summary>Jobs go on where they were, in order, between batches, and end when they are told to.</summary>
public sealed class MaintenanceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_goes_on_behind_its_last_piece_after_an_end_of_the_program()
    {
        using var data = new TempFolder();
        var first = new Counting { StopsAt = 3 };
        int id;
        await using (var core = await StartAsync(data, first))
        {
            id = await AskAsync(core, "10");
            await Patience.UntilAsync(() => first.Stopped.Task.IsCompleted);
        }
        var second = new Counting();
        await using var later = await StartAsync(data, second);
        var job = await EndAsync(later, id);
        Assert.Equal((MaintenanceState.Done, 10L, 10L, "10"), (job.State, job.Done, job.Total, job.Place));
        Assert.Equal([1, 2, 3], first.Pieces);
        Assert.Equal([4, 5, 6, 7, 8, 9, 10], second.Pieces);
        // What a piece wrote and how far its job is are one transaction.
        await using var db = await later.OpenAsync();
        Assert.Equal(10, await db.Texts.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_piece_that_fails_changes_nothing_and_is_tried_three_times()
    {
        using var data = new TempFolder();
        var step = new Counting { FailsAt = 3 };
        await using var core = await StartAsync(data, step);
        var job = await EndAsync(core, await AskAsync(core, "5"));
        Assert.Equal((MaintenanceState.Failed, 2L, 3, "made up by the test"), (job.State, job.Done, job.Failures, job.Reason));
        Assert.Equal([1, 2, 3, 3, 3], step.Pieces);
        await using var db = await core.OpenAsync();
        Assert.Equal(2, await db.Texts.CountAsync(Cancel));
        // The writer is well.
        await core.WriteAsync(new EventBatch { Source = EventSource.Api });
        Assert.Null(core.Writer.Figures.Fault);
    }

    [Fact]
    public async Task A_job_that_is_cancelled_ends_behind_the_piece_that_it_is_at()
    {
        using var data = new TempFolder();
        var step = new Counting { StopsAt = 2 };
        await using var core = await StartAsync(data, step);
        var id = await AskAsync(core, "1000");
        await Patience.UntilAsync(() => step.Stopped.Task.IsCompleted);
        var maintenance = core.Services.GetRequiredService<IMaintenance>();
        Assert.True(await maintenance.CancelAsync(id, Cancel));
        step.Go.SetResult();
        Assert.False(await maintenance.CancelAsync(id, Cancel));
        var next = await AskAsync(core, "3");
        Assert.Equal(MaintenanceState.Done, (await EndAsync(core, next)).State);
        Assert.Equal((MaintenanceState.Cancelled, 3L), ((await maintenance.FindAsync(id, Cancel))!.State, step.Pieces.Last()));
        Assert.True(step.Pieces.Count <= 6);
    }

    [Fact]
    public async Task Batches_are_written_between_the_pieces_of_a_job()
    {
        using var data = new TempFolder();
        var step = new Counting { StopsAt = 2 };
        await using var core = await StartAsync(data, step);
        await AskAsync(core, "1000000");
        await Patience.UntilAsync(() => step.Stopped.Task.IsCompleted);
        step.Go.SetResult();
        for (var i = 0; i < 20; i++) await core.WriteAsync(new EventBatch { Source = EventSource.Api });
        Assert.True(step.Pieces.Count < 1_000_000);
    }

    [Fact]
    public async Task What_was_asked_for_and_is_open_is_one_job_and_an_unknown_step_is_refused()
    {
        using var data = new TempFolder();
        var step = new Counting { StopsAt = 1 };
        await using var core = await StartAsync(data, step);
        var id = await AskAsync(core, "7");
        Assert.Equal(id, await AskAsync(core, "7"));
        Assert.NotEqual(id, await AskAsync(core, "8"));
        step.Go.SetResult();
        await EndAsync(core, id);
        Assert.NotEqual(id, await AskAsync(core, "7"));
        await Assert.ThrowsAsync<ArgumentException>(() => core.Services.GetRequiredService<IMaintenance>().AskAsync("nothing", "", Cancel));
    }

    [Fact]
    public async Task What_goes_first_interrupts_what_has_begun()
    {
        using var data = new TempFolder();
        var (slow, first) = (new Counting { StopsAt = 2 }, new Counting { Name = "first", Order = -1 });
        await using var core = await StartAsync(data, slow, first);
        var long_ = await AskAsync(core, "6");
        await Patience.UntilAsync(() => slow.Stopped.Task.IsCompleted);
        var urgent = await core.Services.GetRequiredService<IMaintenance>().AskAsync("first", "2", Cancel);
        slow.Go.SetResult();
        var (late, early) = (await EndAsync(core, long_), await EndAsync(core, urgent));
        Assert.Equal((MaintenanceState.Done, MaintenanceState.Done), (late.State, early.State));
        Assert.Equal([1, 2, 3, 4, 5, 6], slow.Pieces.Distinct());
        Assert.True(slow.FinishedAfter(first));
    }

    [Theory]
    [InlineData(10, false, 10)]
    [InlineData(10, true, 40)]
    [InlineData(600, true, 1_000)]
    [InlineData(5_000, false, 1_000)]
    public void It_rests_as_long_as_it_worked_and_longer_where_batches_wait(int tookMs, bool isBusy, int restMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(restMs), MaintenancePacing.RestAfter(TimeSpan.FromMilliseconds(tookMs), isBusy));

    private static Task<CoreHost> StartAsync(TempFolder data, params Counting[] steps) => CoreHost.StartAsync(null, data.Path, services =>
    {
        foreach (var step in steps) services.AddSingleton<IMaintenanceStep>(step);
    });

    private static Task<int> AskAsync(CoreHost core, string count) => core.Services.GetRequiredService<IMaintenance>().AskAsync("count", count, Cancel);

    private static async Task<MaintenanceJob> EndAsync(CoreHost core, int id)
    {
        MaintenanceJob? job = null;
        await Patience.UntilAsync(async () => (job = await core.Services.GetRequiredService<IMaintenance>().FindAsync(id, Cancel)) is { IsOpen: false });
        return job!;
    }

    /// <summary>Counts to a number, and writes a text for each.</summary>
    private sealed class Counting : IMaintenanceStep
    {
        private static long s_time;
        private long _last;

        public string Name { get; init; } = "count";

        public int Order { get; init; }

        /// <summary>Before the piece behind this one it says so, and waits.</summary>
        public int StopsAt { get; init; } = -1;

        public int FailsAt { get; init; } = -1;

        public TaskCompletionSource Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>In the order in which they were done, those that failed too.</summary>
        public ConcurrentQueue<long> Pieces { get; } = [];

        public bool FinishedAfter(Counting other) => Volatile.Read(ref _last) > Volatile.Read(ref other._last);

        public async IAsyncEnumerable<MaintenancePiece> PiecesAsync(MaintenanceJob job, [EnumeratorCancellation] CancellationToken cancel)
        {
            var (end, from) = (long.Parse(job.Arguments, CultureInfo.InvariantCulture), long.Parse(job.Place ?? "0", CultureInfo.InvariantCulture));
            for (var n = from + 1; n <= end; n++)
            {
                var number = n;
                if (number == StopsAt + 1 && Stopped.TrySetResult()) await Go.Task.WaitAsync(cancel);
                var piece = MaintenancePiece.InTransaction(state =>
                {
                    Pieces.Enqueue(number);
                    state.AddText($"{number}");
                    if (number == FailsAt) throw new InvalidOperationException("made up by the test");
                    Volatile.Write(ref _last, Interlocked.Increment(ref s_time));
                });
                (piece.Place, piece.Done, piece.Total) = (number.ToString(CultureInfo.InvariantCulture), 1, end);
                yield return piece;
            }
        }
    }
}
