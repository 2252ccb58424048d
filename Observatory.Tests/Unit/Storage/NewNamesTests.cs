using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Metrics;
using Observatory.Core.Storage;
using Observatory.Core.Storage.Entities;
using Observatory.Core.Time;
using Observatory.Tests.Support;
using Xunit;

namespace Observatory.Tests.Unit.Storage;

/// <summary>What one sender may add to the lists of everybody in a day.</summary>
public sealed class NewNamesTests
{
    private const int Users = 5_000, Models = 1_000;
    private const int More = 700;

    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly BatchSender s_one = new("key:1", "build server");
    private static readonly BatchSender s_other = new("key:2", "laptops");
    private static readonly MetricsQuery s_day = new() { Range = new TimeRange(s_now.AddDays(-1), s_now.AddDays(3)), Zone = TimeZoneInfo.Utc };

    private int _made;

    [Fact]
    public async Task New_users_beyond_a_days_limit_count_under_others_and_are_told()
    {
        await using var core = await CoreHost.StartAsync(new FixedClock(s_now));
        await core.WriteAsync(Prompts(s_one, Enumerable.Range(0, 10).Select(i => $"known{i}")));
        await core.WriteAsync(Prompts(s_one, Enumerable.Range(0, Users + More).Select(i => $"made-up{i}")));
        // Known ones go on as they are.
        await core.WriteAsync(Prompts(s_one, Enumerable.Range(0, 10).Select(i => $"known{i}")));

        var users = (await core.Metrics.GetUsersAsync(s_day, TestContext.Current.CancellationToken)).ToDictionary(u => u.UserId, u => u.TotalMessages);
        Assert.Equal(Users + 1, users.Count);
        Assert.Equal(More + 10, users["others"]);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(2, users[$"known{i}"]));
        Assert.Equal(Users + More + 20, users.Values.Sum());

        var told = Assert.Single((await core.Metrics.GetPipelineAsync(TestContext.Current.CancellationToken)).NamesBeyond);
        Assert.Equal(("user", "build server", Users), (told.Kind, told.Sender, told.Taken));
        Assert.True(told.Beyond >= More + 10);
    }

    [Fact]
    public async Task What_one_sender_used_up_is_there_for_the_others_and_tomorrow()
    {
        var clock = new Clock { Now = s_now };
        await using var core = await CoreHost.StartAsync(clock);
        await core.WriteAsync(Calls(s_one, Enumerable.Range(0, Models + More).Select(i => $"model{i}")));
        Assert.Equal(Models + 1, await ModelsAsync(core));
        // The very texts that the one could not bring.
        string[] late = [$"model{Models}", $"model{Models + 1}", $"model{Models + 2}"];
        await core.WriteAsync(Calls(s_one, late[..1]));
        await core.WriteAsync(Calls(s_other, late[..1]));
        Assert.Equal(Models + 2, await ModelsAsync(core));
        // Files of this machine are not limited.
        await core.WriteAsync(Calls(null, late[1..2]));
        Assert.Equal(Models + 3, await ModelsAsync(core));
        clock.Now = s_now.AddDays(1);
        await core.WriteAsync(Calls(s_one, late[2..]));
        Assert.Equal(Models + 4, await ModelsAsync(core));
        Assert.Empty((await core.Metrics.GetPipelineAsync(TestContext.Current.CancellationToken)).NamesBeyond);
    }

    [Fact]
    public async Task A_folder_beyond_one_senders_limit_is_a_project_for_another()
    {
        const int Projects = 5_000;
        await using var core = await CoreHost.StartAsync(new FixedClock(s_now));
        await core.WriteAsync(In(s_one, Enumerable.Range(0, Projects + 1).Select(i => $"/w/p{i}")));
        await core.WriteAsync(In(s_other, [$"/w/p{Projects}"]));
        var projects = (await core.Metrics.GetProjectsAsync(s_day, TestContext.Current.CancellationToken))
            .ToDictionary(p => p.Path!, p => p.Figures.UserMessages);
        Assert.Equal((1, 1), (projects["others"], projects[$"/w/p{Projects}"]));
    }

    [Fact]
    public async Task Metrics_and_sets_of_tags_beyond_the_limit_are_refused_or_go_on_as_one()
    {
        const int Metrics = 1_000, Sets = 10_000, Of = 400;
        await using var core = await CoreHost.StartAsync(new FixedClock(s_now));
        var names = Points(s_one, EventSource.Api, Enumerable.Range(0, Metrics + More).Select(i => ($"metric{i}", 0)));
        await core.WriteAsync(names);
        Assert.Equal(More, names.Refused.Count);
        Assert.All(names.Refused, r => Assert.Contains("1000 new metrics", r.Reason, StringComparison.Ordinal));
        var sets = Points(s_other, EventSource.Api, Enumerable.Range(0, Sets + More).Select(i => ($"metric{i / Of}", i + 1)));
        await core.WriteAsync(sets);
        Assert.Equal(More, sets.Refused.Count);
        // Whoever cannot be told goes on: nothing is lost of the sum.
        var telemetry = Points(s_other, EventSource.Otlp, Enumerable.Range(0, More).Select(i => ("metric0", Sets + More + i)));
        await core.WriteAsync(telemetry);
        Assert.Empty(telemetry.Refused);
        Assert.Equal(["metric", "set of tags"], (await core.Metrics.GetPipelineAsync(TestContext.Current.CancellationToken)).NamesBeyond.Select(n => n.Kind));
    }

    [Fact]
    public void Every_kind_of_name_has_a_limit_and_a_word()
    {
        foreach (var kind in Enum.GetValues<NameKind>())
        {
            var names = new NewNames(new FixedClock(s_now));
            for (var i = 0; i < NewNames.MostOf(kind); i++) Assert.True(names.MayAdd(s_one, kind, $"{i}"));
            Assert.False(names.MayAdd(s_one, kind, "one more"));
            Assert.NotEqual("name", Assert.Single(names.Beyond).Kind);
        }
    }

    private static async Task<int> ModelsAsync(CoreHost core) => (await core.Metrics.GetModelsAsync(s_day, TestContext.Current.CancellationToken)).Count;

    private EventBatch Prompts(BatchSender? sender, IEnumerable<string> users)
    {
        var batch = new EventBatch { Source = EventSource.Api, Sender = sender };
        foreach (var user in users) batch.Events.Add(new PromptEvent { Key = Key(), At = At(), Conversation = $"s{_made}", User = user, Length = 3 });
        return batch;
    }

    private EventBatch In(BatchSender sender, IEnumerable<string> folders)
    {
        var batch = new EventBatch { Source = EventSource.Api, Sender = sender };
        foreach (var folder in folders)
        {
            batch.Events.Add(new PromptEvent { Key = Key(), At = At(), Conversation = $"s{_made}", User = "ann", Project = folder, Length = 3 });
        }
        return batch;
    }

    private EventBatch Calls(BatchSender? sender, IEnumerable<string> models)
    {
        var batch = new EventBatch { Source = EventSource.Api, Sender = sender };
        var usage = new TokenUsage(1, 0, 0, 0, 0);
        foreach (var model in models)
            batch.Events.Add(new ResponseEvent { Key = Key(), Kind = CallKind.Usage, At = At(), Conversation = "s", Model = model, Usage = usage });
        return batch;
    }

    private EventBatch Points(BatchSender? sender, EventSource source, IEnumerable<(string Metric, int Tag)> points)
    {
        var batch = new EventBatch { Source = source, Sender = sender };
        foreach (var (metric, tag) in points) batch.Points.Add(new MetricPoint(Key(), metric, tag == 0 ? "{}" : $$"""{"t":"{{tag}}"}""", At(), 1));
        return batch;
    }

    private EventKey Key() => EventKey.Of(KeySpace.Event, $"made{++_made}");

    private static long At() => s_now.ToUnixTimeMilliseconds();

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
