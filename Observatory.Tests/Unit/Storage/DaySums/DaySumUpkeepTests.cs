using Microsoft.Extensions.Time.Testing;
using Observatory.Core.Storage;
using Observatory.Core.Storage.DaySums;
using Observatory.Core.Storage.Sqlite;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage.DaySums;

public sealed class DaySumUpkeepTests
{
    [Fact]
    public async Task A_day_is_summed_when_it_was_left_alone_for_a_round()
    {
        var (clock, sums, figures) = (new FakeTimeProvider(), new FakeSums(), new DaySumFigures());
        sums.Days[3] = sums.Days[4] = 7;
        using var end = new CancellationTokenSource();
        var run = new DaySumUpkeep(sums, figures, SqliteErrors.Instance, () => 0, clock).RunAsync(end.Token);
        Assert.Equal(new DaySumProgress(true, 0, 2), figures.Now);
        Assert.Empty(sums.Made);
        sums.Days[4] = 8;
        await UntilAsync(() => sums.Made.Count == 1, clock);
        Assert.Equal([3], sums.Made);
        await UntilAsync(() => sums.Made.Count == 2, clock);
        Assert.Equal([3, 4], sums.Made);
        await UntilAsync(() => !figures.Now.IsRunning, clock);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience.Usual, CancellationToken.None));
    }

    [Fact]
    public async Task A_store_that_cannot_be_used_now_is_tried_again()
    {
        var (clock, sums, figures) = (new FakeTimeProvider(), new FakeSums { Failures = 5 }, new DaySumFigures());
        sums.Days[3] = sums.Days[4] = 7;
        using var end = new CancellationTokenSource();
        var run = new DaySumUpkeep(sums, figures, SqliteErrors.Instance, () => 0, clock).RunAsync(end.Token);
        await UntilAsync(() => sums.Made.Count == 2, clock);
        Assert.Equal(0, sums.Failures);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience.Usual, CancellationToken.None));
    }

    private static async Task UntilAsync(Func<bool> condition, FakeTimeProvider clock)
    {
        using var patience = new CancellationTokenSource(Patience.Usual);
        while (!condition())
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1, patience.Token);
        }
    }

    private sealed class FakeSums : IDaySums
    {
        public Dictionary<int, long> Days { get; } = [];

        public List<int> Made { get; } = [];

        /// <summary>Times that the store fails yet, once a call.</summary>
        public int Failures { get; set; }

        public List<(int Day, long Version)> Stale() => Failures > 3 ? throw Fail() : [.. Days.Select(d => (d.Key, d.Value)).OrderDescending()];

        public Task MakeAsync(int day, CancellationToken cancel)
        {
            if (Failures > 0) throw Fail();
            Days.Remove(day);
            Made.Add(day);
            return Task.CompletedTask;
        }

        private StoreLostException Fail()
        {
            Failures--;
            return new StoreLostException("The files are gone.");
        }
    }
}
