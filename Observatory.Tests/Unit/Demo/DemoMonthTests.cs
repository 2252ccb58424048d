using Observatory.Core.Demo;
using Observatory.Core.Events;
using Observatory.Core.Ingestion;
using Observatory.Core.Pricing;
using Xunit;

namespace Observatory.Tests.Unit.Demo;

public sealed class DemoMonthTests
{
    private static readonly DateTimeOffset s_end = new(2026, 11, 25, 16, 30, 42, TimeSpan.Zero);
    private static readonly List<EventBatch> s_month = [.. new DemoMonth(DemoMonth.DefaultSeed, s_end).Batches()];
    private static readonly List<AnalyticsEvent> s_events = [.. s_month.SelectMany(b => b.Events)];

    [Fact]
    public void Batches_EqualSeedAndEnd_AreEqual()
    {
        // Seconds of the end make no difference.
        var again = new DemoMonth(DemoMonth.DefaultSeed, s_end.AddSeconds(10)).Batches().ToList();
        Assert.Equal(s_month.Select(b => b.User), again.Select(b => b.User));
        Assert.Equal(s_events.Select(Line), again.SelectMany(b => b.Events).Select(Line));
        Assert.NotEqual(s_events.Select(Line), new DemoMonth(DemoMonth.DefaultSeed + 1, s_end).Batches().SelectMany(b => b.Events).Select(Line));
    }

    [Fact]
    public void Batches_Keys_AreDistinct()
    {
        var keyed = s_events.Where(e => e is not ToolResultEvent).ToList();
        Assert.Equal(keyed.Count, keyed.Select(e => e.Key).Distinct().Count());
        var calls = s_events.OfType<ToolCallEvent>().Select(e => e.Key).ToHashSet();
        Assert.All(s_events.OfType<ToolResultEvent>(), r => Assert.Contains(r.Key, calls));
    }

    [Fact]
    public void Batches_Month_LooksLikeACompany()
    {
        var conversations = s_events.Select(e => e.Conversation).Distinct().Count();
        Assert.InRange(conversations, 600, 850);
        Assert.All(s_month, b => Assert.Equal(EventSource.Demo, b.Source));
        Assert.Equal(9, s_month.Select(b => b.User).Distinct().Count());
        Assert.Equal(6, s_events.Select(e => e.Project).Distinct().Count());
        Assert.Equal(4, s_events.OfType<ResponseEvent>().Select(e => e.Model).Distinct().Count());
        Assert.Contains(s_events, e => e is MarkEvent { Kind: MarkKind.Compaction });
        Assert.Contains(s_events, e => e is ApiErrorEvent);
        Assert.Contains(s_events, e => e is ResponseEvent { IsSidechain: true, Agent: not null });
        Assert.NotEmpty(s_month.SelectMany(b => b.Sessions.Values).SelectMany(f => f.Agents));
        var results = s_events.OfType<ToolResultEvent>().ToList();
        Assert.InRange(results.Count(r => r.IsError) / (double)results.Count, 0.02, 0.15);
    }

    [Fact]
    public void Batches_Times_LieInTheMonth()
    {
        var start = new DateTimeOffset(s_end.UtcDateTime.Date, TimeSpan.Zero).AddDays(-DemoMonth.Days);
        Assert.All(s_events, e => Assert.InRange(e.At, start.ToUnixTimeMilliseconds(), s_end.ToUnixTimeMilliseconds()));
    }

    [Fact]
    public void Batches_Tokens_AreMostlyReadFromTheCache()
    {
        var usages = s_events.OfType<ResponseEvent>().Select(r => r.Usage).ToList();
        Assert.All(usages, u => Assert.True(u is { Input: >= 0, Output: > 0, CacheWrite5m: >= 0, CacheWrite1h: >= 0, CacheRead: >= 0 }
            && u.Prompt < 1_000_000, u.ToString()));
        Assert.InRange(usages.Sum(u => u.CacheRead) / (double)usages.Sum(u => u.Total), 0.80, 0.99);
        Assert.True(usages.Sum(u => u.Output) > usages.Sum(u => u.Input));
    }

    [Fact]
    public void Batches_OddDay_CostsManyTimesTheUsual()
    {
        var byDay = s_events.OfType<ResponseEvent>().Where(r => r.At < new DateTimeOffset(s_end.UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeMilliseconds())
            .GroupBy(r => DateTimeOffset.FromUnixTimeMilliseconds(r.At).Date).ToDictionary(g => g.Key, g => g.Sum(Cost));
        var odd = new DemoMonth(DemoMonth.DefaultSeed, s_end).OddDay.Date;
        var median = byDay.Values.Order().ElementAt(byDay.Count / 2);
        Assert.Equal(odd, byDay.MaxBy(d => d.Value).Key);
        Assert.True(byDay[odd] > 2.5m * median, $"{byDay[odd]:F0} against {median:F0}");
        Assert.Contains(s_events.OfType<ResponseEvent>(), r => r.Model == DemoCast.GatewayModel);
        var weekend = byDay.Where(d => d.Key.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday).Average(d => d.Value);
        Assert.True(weekend < median / 3, $"{weekend:F0} against {median:F0}");
    }

    [Fact]
    public void EndOf_SessionId_GivesTheEndBack()
    {
        Assert.Equal(s_end.AddSeconds(-42), DemoMonth.EndOf(s_events[0].Conversation));
        Assert.Null(DemoMonth.EndOf("550e8400-e29b-41d4-a716-446655440000"));
        Assert.Null(DemoMonth.EndOf("demo-x"));
    }

    private static decimal Cost(ResponseEvent r) => (PriceBook.Default.Price(r.Model, r.At, r.Usage, null, null, null) ?? 0) / 1_000_000_000m;

    private static string Line(AnalyticsEvent e) => $"{e.GetType().Name} {e.Key} {e.At} {e.Conversation} {e.Project} {e.Branch} {e.Agent} " + e switch
    {
        PromptEvent x => x.Text,
        ResponseEvent x => $"{x.Model} {x.Usage} {x.StopReason}",
        ToolCallEvent x => $"{x.Tool} {x.Target}",
        ToolResultEvent x => $"{x.IsError} {x.Size} {x.Output}",
        ApiErrorEvent x => $"{x.Status} {x.Message}",
        _ => "",
    };
}
