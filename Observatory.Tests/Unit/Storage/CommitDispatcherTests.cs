using Microsoft.Extensions.DependencyInjection;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Realtime;
using Observatory.Core.Storage;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>Who hears of commits cannot stop the writer, nor each other.</summary>
public sealed class CommitDispatcherTests
{
    private const int Batches = 100;
    private const long Noon = 1_790_000_000_000;

    [Fact]
    public async Task An_observer_that_hangs_and_one_that_throws_cost_the_others_nothing()
    {
        using var end = new ManualResetEventSlim();
        var (hanging, heard) = (new Hanging(end), new Hearing());
        await using var core = await CoreHost.StartAsync(null, null, services =>
        {
            services.AddSingleton<ICommitObserver>(hanging);
            services.AddSingleton<ICommitObserver, Throwing>();
            services.AddSingleton<ICommitObserver>(heard);
        });
        try
        {
            for (var i = 0; i < Batches; i++) await core.WriteAsync(Batch(i));
            await Patience.UntilAsync(() => heard.Events == Batches);
            Assert.Equal(1, hanging.Calls);
            Assert.Equal(core.Writer.Version, heard.Version);
            var dispatcher = core.Services.GetRequiredService<CommitDispatcher>();
            Assert.InRange(dispatcher.Waiting.Max(), 1, CommitDispatcher.Lane.Longest);
            end.Set();
            // What waited for the one that hung was put together, and nothing of it is lost.
            await Patience.UntilAsync(() => hanging.Events == Batches);
            Assert.InRange(hanging.Calls, 2, CommitDispatcher.Lane.Longest + 2);
        }
        finally
        {
            end.Set();
        }
    }

    [Fact]
    public async Task A_commit_says_what_it_changed_in_the_sums()
    {
        var heard = new Hearing();
        await using var core = await CoreHost.StartAsync(null, null, services => services.AddSingleton<ICommitObserver>(heard));
        await core.WriteAsync(Batch(1));
        await Patience.UntilAsync(() => heard.Events == 1);
        var row = Assert.Single(heard.Deltas.Rows);
        Assert.Equal((1, 0, (int)(Noon / 86_400_000)), (row.Change[Measure.UserMessages], row.Change[Measure.AssistantMessages], row.Day));
        Assert.Equal([row.Day], heard.Deltas.Days);
        Assert.NotEqual(0, row.UserId);
        // The same again changes nothing.
        await core.WriteAsync(Batch(1));
        await Patience.UntilAsync(() => heard.Version == core.Writer.Version);
        Assert.Equal(1, heard.Deltas.Rows.Sum(r => r.Change[Measure.UserMessages]));
    }

    [Fact]
    public void Many_changes_are_told_by_day()
    {
        var sum = new CommitDeltaSum();
        var one = new Measures { [Measure.Input] = 3 };
        for (var user = 1; user <= 300; user++) sum.Add(user % 2, user, 1, 1, one);
        sum.Touch(7);
        var deltas = sum.Take();
        Assert.False(deltas.IsWhole);
        Assert.Equal([450L, 450L], deltas.Rows.Select(r => r.Change[Measure.Input]));
        Assert.All(deltas.Rows, r => Assert.Equal((0, 0, 0), (r.UserId, r.ProjectId, r.ModelId)));
        // One that is whole beside one that is not is by day, too; what takes itself back is no change.
        var less = new Measures { [Measure.Input] = -450 };
        sum.Add(0, 5, 5, 5, less);
        var both = deltas.With(sum.Take());
        Assert.Equal((1, 450L), (Assert.Single(both.Rows).Day, both.Rows[0].Change[Measure.Input]));
        Assert.Same(CommitDeltas.None, sum.Take());
    }

    private static EventBatch Batch(int n)
    {
        var batch = new EventBatch { Source = EventSource.Api, User = "me" };
        batch.Events.Add(new PromptEvent { Key = EventKey.Of(KeySpace.Event, $"e{n}"), At = Noon, Conversation = $"c{n % 7}", Length = 5 });
        return batch;
    }

    private class Hearing : ICommitObserver
    {
        private readonly Lock _gate = new();
        private int _events;
        private long _version;
        private CommitDeltas _deltas = CommitDeltas.None;

        public int Events
        {
            get { lock (_gate) return _events; }
        }

        public long Version
        {
            get { lock (_gate) return _version; }
        }

        public CommitDeltas Deltas
        {
            get { lock (_gate) return _deltas; }
        }

        public virtual void Committed(Commit commit)
        {
            lock (_gate) (_events, _version, _deltas) = (_events + commit.Events, commit.Version, _deltas.With(commit.Deltas));
        }
    }

    private sealed class Hanging(ManualResetEventSlim end) : Hearing
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public override void Committed(Commit commit)
        {
            Interlocked.Increment(ref _calls);
            end.Wait();
            base.Committed(commit);
        }
    }

    private sealed class Throwing : ICommitObserver
    {
        public void Committed(Commit commit) => throw new InvalidOperationException("made up by the test");
    }
}
